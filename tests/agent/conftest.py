"""The directory servers, and a driver that speaks to each.

There is one server of a kind for all processes of a run, and tests change its policy: one test at a
time.
"""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from tests.agent import compatibility, servers
from tests.agent.certificates import Authority
from tests.agent.faults import after_doing, once
from tests.agent.proxy import Proxy
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
        found.clear()


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


@pytest.fixture
def name():
    """Of somebody new."""
    return f"ada{uuid.uuid4().hex[:10]}"


@pytest.fixture
def dn(server, name):
    return server.make(name)


@pytest.fixture
def anchor(driver, name, dn):
    return driver.find(name).anchor


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def proxy_to(authority):
    """Puts a proxy before a server, which fails as it is told to."""
    made = []

    def make(server, certificate=None, **faults):
        certificate = certificate or authority.issue()
        made.append(Proxy(server.env["URL"], server.env["CA_FILE"], certificate, **faults))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


@pytest.fixture
def through(authority, driver_of):
    """A driver that reaches a server by these ways, in their order; ``patience``: seconds."""

    def make(server, *ways, ca_file=None, patience=5, **values):
        values = {"connect_timeout": patience, "receive_timeout": patience, **values}
        settings = replace(
            server.settings,
            urls=tuple(getattr(way, "url", way) for way in ways),
            ca_file=ca_file or authority.with_also(server.env["CA_FILE"]),
            **values,
        )
        return driver_of(server, settings)

    return make


_SEEN: compatibility.Seen = {}


@pytest.fixture(autouse=True)
def saw(request):
    """Tells the page what a server did that is not what a behaviour's name says."""
    mark = request.node.get_closest_marker("behaviour")
    words: list[str] = []
    yield words.append
    if mark:
        column = compatibility.column_of(request.node, mark)
        seen = words[0] if words else compatibility.AS_TOLD
        _SEEN.setdefault(mark.args[0], {}).setdefault(column, set()).add(seen)
        if not compatibility.WRITING:
            assert compatibility.told().get(mark.args[0], {}).get(column) == seen, (
                "docs/compatibility.md is stale: run script/compatibility"
            )


def pytest_sessionfinish():
    if compatibility.WRITING:
        compatibility.write(_SEEN)


@pytest.fixture
def meanwhile(server, proxy_to, through):
    """A driver that is at work already, and something that happens just before the next request of
    a kind arrives."""

    def make(word, what):
        proxy = proxy_to(server)
        driver = through(server, proxy)
        assert driver.find("nobody") is None
        proxy.faults[word] = once(after_doing(what))
        return driver

    return make
