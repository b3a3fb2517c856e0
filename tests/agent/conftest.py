"""The directory servers, and a driver that speaks to each."""

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
    env = servers.said(prefix)
    if not env:
        pytest.skip(f"needs {name}: run script/test")
    return kind.start(env)


@pytest.fixture(params=list(KINDS))
def server(request):
    """Each directory server in turn, with its usual policy."""
    found = _started(request.param)
    found.policy(min_age=timedelta(), lockout=0)
    return found


@pytest.fixture
def samba():
    found = _started("samba")
    found.policy(min_age=timedelta(), lockout=0)
    return found


@pytest.fixture
def slapd():
    found = _started("slapd")
    found.policy(min_age=timedelta(), lockout=0)
    return found


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
