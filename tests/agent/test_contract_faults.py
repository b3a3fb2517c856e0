"""Servers that fail."""

import socket
from datetime import timedelta

import pytest

from tests.agent.faults import after, answering, before, once, slow
from tests.agent.places import BETTER, GOOD
from tests.agent.proxy import Cut
from writeback.agent.answers import AnswerLost, Away, Verdict
from writeback.agent.drivers.connections import NoRight

pytestmark = pytest.mark.timeout(20)
CLOSED = "ldaps://127.0.0.1:9"


def silent(proxy):
    """The server says nothing more."""

    def fault(_message, _forward):
        proxy.closing.wait(10)
        raise Cut

    return fault


@pytest.fixture
def proxy(server, proxy_to):
    return proxy_to(server)


@pytest.fixture
def person(server, dn, anchor, through, proxy):
    """Somebody, reached through the proxy by a connection that is open already."""
    driver = through(server, proxy)
    assert driver.account(anchor)
    proxy.heard.clear()
    return driver, anchor


@pytest.fixture
def black_hole():
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"ldaps://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.behaviour("A server that refuses connections is away; nothing is sent")
def test_refusing(server, through, anchor):
    """P-C50: an outage is no wrong password."""
    driver = through(server, CLOSED)
    for verb in (driver.verify, driver.reset):
        with pytest.raises(Away):
            verb(anchor, BETTER)


@pytest.mark.behaviour(
    "A server that takes connections and says nothing is away after the time-out"
)
def test_black_hole(server, through, anchor, black_hole):
    with pytest.raises(Away):
        through(server, black_hole, patience=1).reset(anchor, BETTER)


@pytest.mark.behaviour("A server that dies during the TLS handshake is away")
def test_dead_in_the_handshake(server, through, proxy, anchor):
    proxy.faults["connect"] = before
    with pytest.raises(Away):
        through(server, proxy).reset(anchor, BETTER)
    assert not proxy.heard


@pytest.mark.behaviour("A server that dies while the service account binds is away")
@pytest.mark.parametrize("fault", [before, after])
def test_dead_in_the_bind(server, through, proxy, anchor, fault):
    proxy.faults["bind"] = fault
    with pytest.raises(Away):
        through(server, proxy).reset(anchor, BETTER)
    assert "modify" not in proxy.heard


@pytest.mark.behaviour("A server that dies while the account is looked up is away")
def test_dead_in_the_search(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults["search"] = after
    with pytest.raises(Away):
        driver.reset(anchor, BETTER)
    assert server.binds(dn, GOOD)


WRITES = {"active_directory": "modify", "openldap": "extended"}


@pytest.mark.behaviour(
    "Dead before a reset arrives: the outcome is open; the password is the old one"
)
def test_dead_before_the_reset(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults[WRITES[server.kind]] = before
    with pytest.raises(AnswerLost):
        driver.reset(anchor, BETTER)
    assert server.binds(dn, GOOD)
    assert proxy.heard.count(WRITES[server.kind]) == 1


@pytest.mark.behaviour(
    "Dead after a reset was done: the outcome is open; the password is the new one"
)
def test_dead_after_the_reset(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults[WRITES[server.kind]] = after
    with pytest.raises(AnswerLost):
        driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)
    assert proxy.heard.count(WRITES[server.kind]) == 1


@pytest.mark.behaviour("A reset that is never answered: the outcome is open, after the time-out")
def test_silent_at_the_reset(server, proxy, through, anchor):
    proxy.faults[WRITES[server.kind]] = silent(proxy)
    with pytest.raises(AnswerLost):
        through(server, proxy, patience=1).reset(anchor, BETTER)
    assert proxy.heard.count(WRITES[server.kind]) == 1


@pytest.mark.behaviour(
    "Dead before a change arrives: the outcome is open; the password is the old one"
)
def test_dead_before_the_change(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults[WRITES[server.kind]] = before
    with pytest.raises(AnswerLost):
        driver.change(anchor, BETTER, current=GOOD)
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour(
    "Dead after a change was done: the outcome is open; the password is the new one"
)
def test_dead_after_the_change(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults[WRITES[server.kind]] = after
    with pytest.raises(AnswerLost):
        driver.change(anchor, BETTER, current=GOOD)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour(
    "Dead after an unlock was done: the outcome is open; the account is unlocked"
)
def test_dead_after_the_unlock(server, person, proxy, dn):
    driver, anchor = person
    server.policy(lockout=3)
    server.lock(dn, 3)
    proxy.faults["modify"] = after
    with pytest.raises(AnswerLost):
        driver.unlock(anchor)
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("Dead while the person binds: away, never a wrong password")
@pytest.mark.parametrize("fault", [before, after])
def test_dead_while_the_person_binds(server, person, proxy, fault):
    driver, anchor = person
    proxy.faults["bind"] = fault
    with pytest.raises(Away):
        driver.verify(anchor, GOOD)
    proxy.faults.clear()
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


@pytest.mark.behaviour("A slow server is waited for")
def test_slow(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults |= {word: slow(0.05) for word in ("bind", "search", "modify", "extended")}
    driver.reset(anchor, BETTER)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


@pytest.mark.behaviour(
    "A connection that died while nobody used it is replaced, and nothing is lost"
)
def test_a_kept_connection_that_died(server, person, proxy, dn):
    driver, anchor = person
    proxy.faults["search"] = once(before)
    driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)
    assert proxy.heard.count(WRITES[server.kind]) == 1


@pytest.mark.behaviour("A server that is back is asked again")
def test_back_again(server, person, proxy):
    driver, anchor = person
    proxy.faults["connect"] = proxy.faults["search"] = before
    with pytest.raises(Away):
        driver.account(anchor)
    proxy.faults.clear()
    assert driver.account(anchor)


@pytest.mark.behaviour("A certificate for another host is not believed; no password is sent")
def test_another_host(server, authority, proxy_to, through, anchor):
    proxy = proxy_to(server, authority.issue(address="127.0.0.2"))
    with pytest.raises(Away):
        through(server, proxy).reset(anchor, BETTER)
    assert not proxy.heard


@pytest.mark.behaviour("A certificate that has expired is not believed; no password is sent")
def test_expired_certificate(server, authority, proxy_to, through, anchor):
    proxy = proxy_to(server, authority.issue(ends_in=-timedelta(days=1)))
    with pytest.raises(Away):
        through(server, proxy).reset(anchor, BETTER)
    assert not proxy.heard


@pytest.mark.behaviour("A certificate by an unknown authority is not believed; no password is sent")
def test_unknown_authority(server, proxy, through, anchor):
    with pytest.raises(Away):
        through(server, proxy, ca_file=server.env["CA_FILE"]).reset(anchor, BETTER)
    assert not proxy.heard


@pytest.mark.behaviour("Where the service account is not let in, that is told apart from an outage")
def test_service_password_wrong(server, proxy, through, anchor):
    driver = through(server, proxy, bind_password="Not-the-one-17")
    for verb in (driver.verify, driver.reset):
        with pytest.raises(NoRight):
            verb(anchor, BETTER)
    assert set(proxy.heard) <= {"bind", "unbind"}


@pytest.mark.behaviour("The next server steps in for one that refuses connections")
def test_failover_from_refusing(server, through, proxy, anchor, dn):
    through(server, CLOSED, proxy).reset(anchor, BETTER)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour(
    "The next server steps in for one that says nothing, and is asked first then"
)
def test_failover_from_a_black_hole(server, through, proxy, anchor, dn, black_hole):
    driver = through(server, black_hole, proxy, patience=1)
    driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)
    assert driver._connections._order() == [1, 0]


@pytest.mark.behaviour("The next server steps in for one with a bad certificate")
def test_failover_from_a_bad_certificate(server, authority, proxy_to, through, anchor, dn):
    bad = proxy_to(server, authority.issue(address="127.0.0.2"))
    through(server, bad, server.env["URL"]).reset(anchor, BETTER)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour("The next server steps in for one that does not let the service account in")
def test_failover_from_no_right(server, proxy_to, through, anchor, dn):
    other = proxy_to(server, bind=answering(49))
    through(server, other, server.env["URL"]).reset(anchor, BETTER)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour("A reset that was cut off is not repeated at the next server")
def test_no_second_write(server, proxy, proxy_to, through, anchor):
    second = proxy_to(server)
    proxy.faults[WRITES[server.kind]] = before
    with pytest.raises(AnswerLost):
        through(server, proxy, second).reset(anchor, BETTER)
    assert WRITES[server.kind] not in second.heard


@pytest.mark.behaviour("A password is tried at one server only, the one that was asked about it")
def test_no_second_bind(server, proxy, proxy_to, through, anchor):
    second = proxy_to(server)
    driver = through(server, proxy, second)
    assert driver.account(anchor)
    proxy.faults["bind"] = after
    with pytest.raises(Away):
        driver.verify(anchor, GOOD)
    assert not second.heard
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT
    assert second.heard.count("bind") == 2  # the service account, and then the person


@pytest.mark.behaviour("Looking up, writing, unlocking and reading back happen on one server")
def test_one_server_for_all(server, proxy, proxy_to, through, anchor):
    second = proxy_to(server)
    driver = through(server, proxy, second)
    driver.reset(anchor, BETTER)
    driver.unlock(anchor)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT
    assert not second.heard
