"""Accounts in each state."""

from datetime import UTC, datetime, timedelta

import pytest
from ldap3 import MODIFY_REPLACE

from tests.agent.places import BEST, BETTER, GOOD, WRONG, refusal
from writeback.agent.answers import Verdict

VERBS = ("reset", "change", "unlock")


def refused(driver, anchor):
    """How each verb is refused."""
    calls = (
        lambda: driver.reset(anchor, BETTER),
        lambda: driver.change(anchor, BETTER, current=GOOD),
        lambda: driver.unlock(anchor),
    )
    return {refusal(call).code for call in calls}


@pytest.mark.behaviour("A disabled account is told as that to the right password, and left alone")
def test_disabled(server, driver, dn, anchor):
    server.policy(lockout=10)  # without one, slapd minds no lock at all
    server.disable(dn)
    assert driver.verify(anchor, GOOD) is Verdict.DISABLED
    assert not driver.account(anchor).enabled
    assert refused(driver, anchor) == {"disabled"}
    assert not server.binds(dn, GOOD)


@pytest.mark.behaviour("A disabled account tells strangers nothing")
def test_disabled_and_wrong(server, driver, dn, anchor, saw):
    server.policy(lockout=10)
    server.disable(dn)
    told = driver.verify(anchor, WRONG)
    if server.kind == "openldap":
        saw("no: this server tells no right password from a wrong one then")
        assert told is Verdict.DISABLED
    else:
        assert told is Verdict.WRONG


@pytest.mark.behaviour("An account whose time is over is told as that, and left alone")
def test_over(server, driver, dn, anchor):
    server.end(dn, datetime.now(UTC) - timedelta(days=1))
    assert driver.verify(anchor, GOOD) is Verdict.DISABLED
    assert refused(driver, anchor) == {"disabled"}


@pytest.mark.behaviour("An account whose time is not over yet is like any other")
def test_not_over(server, driver, dn, anchor):
    server.end(dn, datetime.now(UTC) + timedelta(days=1))
    driver.reset(anchor, BETTER)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


@pytest.mark.behaviour("Disabled between look-up and reset: the account stays disabled")
def test_disabled_meanwhile(server, meanwhile, dn, anchor, saw):
    server.policy(lockout=10)
    word = "extended" if server.kind == "openldap" else "modify"
    driver = meanwhile(word, lambda: server.disable(dn))
    driver.reset(anchor, BETTER)
    if server.kind == "openldap":
        saw("no: this server enables it with the reset")
    assert server.binds(dn, BETTER) == (server.kind == "openldap")


@pytest.mark.behaviour("Locked: told to right and wrong passwords, with the moment when it ends")
def test_locked(server, driver, dn, anchor, saw):
    server.policy(lockout=3)
    server.lock(dn, 3)
    assert driver.verify(anchor, GOOD) is Verdict.LOCKED
    assert driver.verify(anchor, WRONG) is Verdict.LOCKED
    assert driver.account(anchor).locked_at
    told = refusal(driver.change, anchor, BETTER, current=GOOD)
    assert told.code == "locked"
    if server.kind == "openldap":
        saw("yes; here the lock has no end")
        assert told.until is None
    else:
        assert told.until
        assert timedelta(minutes=29) < told.until - datetime.now(UTC) < timedelta(minutes=31)


@pytest.mark.behaviour("A reset of a locked account that must be changed next: unlocked and due")
def test_locked_and_due(server, driver, dn, anchor):
    server.policy(lockout=3)
    server.lock(dn, 3)
    driver.reset(anchor, BETTER, must_change=True)
    account = driver.account(anchor)
    assert (account.locked, account.must_change) == (False, True)
    assert driver.verify(anchor, BETTER) is Verdict.MUST_CHANGE


@pytest.mark.behaviour("Must change: a wrong password is wrong, and a change with it is refused")
def test_due_and_wrong(server, driver, dn, anchor):
    server.require_change(dn)
    assert driver.verify(anchor, WRONG) is Verdict.WRONG
    assert refusal(driver.change, anchor, BETTER, current=WRONG).code == "wrong_current"
    assert driver.account(anchor).must_change


@pytest.mark.behaviour("Must change: the change ends the duty, though the last one was just now")
def test_due_and_young(server, driver, dn, anchor, saw):
    server.policy(min_age=timedelta(hours=24))
    server.require_change(dn)
    driver.change(anchor, BETTER, current=GOOD)
    assert not driver.account(anchor).must_change
    assert refusal(driver.change, anchor, BEST, current=BETTER).code == "too_young"


@pytest.mark.behaviour("A password that has expired is told as that, and can be changed")
def test_expired(server, driver, dn, anchor):
    server.expire(dn)
    assert driver.account(anchor).expired
    assert driver.verify(anchor, GOOD) is Verdict.EXPIRED
    assert driver.verify(anchor, WRONG) is Verdict.WRONG
    driver.change(anchor, BETTER, current=GOOD)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


@pytest.mark.behaviour("Who may not change their own password is told so; a reset works")
def test_may_not_change(server, driver, dn, anchor):
    with server.forbidding_change(dn):
        assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "may_not_change"
        assert server.binds(dn, GOOD)
        driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour("An account without a password is nobody's to sign in to")
def test_no_password(slapd, driver_of, name):
    dn = slapd.make(name)
    slapd.admin.modify(dn, {"userPassword": [(MODIFY_REPLACE, [])]})
    driver = driver_of(slapd)
    anchor = driver.find(name).anchor
    assert driver.verify(anchor, GOOD) is Verdict.WRONG
    driver.reset(anchor, BETTER)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT
