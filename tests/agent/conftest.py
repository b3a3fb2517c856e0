"""The directory servers, and a driver that speaks to each.

There is one server of a kind for all processes of a run, and tests change its policy: one test at a
time.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from tests.agent import servers
from writeback.agent.drivers.active_directory import ActiveDirectory
from writeback.agent.drivers.openldap import OpenLdap

KINDS: dict[str, tuple[str, Any, Any]] = {
    "samba": ("TEST_AD_", servers.ActiveDirectoryServer, ActiveDirectory),
    "slapd": ("TEST_SLAPD_", servers.OpenLdapServer, OpenLdap),
}


@cache
def _started(name):
    prefix, kind, _driver = KINDS[name]
    return kind.start(servers.said(prefix))


@contextmanager
def _alone_with(name) -> Iterator[Any]:
    """A server for one test, with its usual policy."""
    env = servers.said(KINDS[name][0])
    if not env:
        pytest.skip(f"needs {name}: run script/test")
    with open(f"{env['CA_FILE']}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _started(name)
        found.policy(min_age=timedelta(), lockout=0)
        yield found


@pytest.fixture(params=list(KINDS))
def server(request):
    """Each directory server in turn."""
    with _alone_with(request.param) as found:
        yield found


@pytest.fixture
def samba():
    with _alone_with("samba") as found:
        yield found


@pytest.fixture
def slapd():
    with _alone_with("slapd") as found:
        yield found


@pytest.fixture
def driver_of():
    """Makes a driver for a server, perhaps with other settings."""
    made = []

    def make(server, settings=None):
        kind = next(driver for _p, one, driver in KINDS.values() if isinstance(server, one))
        made.append(kind(settings or server.settings))
        return made[-1]

    yield make
    for driver in made:
        driver.close()


@pytest.fixture
def driver(server, driver_of):
    return driver_of(server)
