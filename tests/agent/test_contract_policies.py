"""Rules of the domain, of fine-grained policies, and of several ppolicies."""

from datetime import timedelta

import pytest

from tests.agent.places import BEST, BETTER, GOOD, WRONG, refusal
from writeback.agent.answers import Verdict

LONG = "Kettle-Orbit-Maple-Willow-17"


@pytest.fixture
def strict(server, dn):
    """A policy for one person: 24 characters, two former passwords, a lock after six."""
    with server.own_policy(dn, min_length=24, history=2, lockout=6) as policy:
        yield policy


@pytest.mark.behaviour("A policy for one person goes before the general one; its rules are told")
def test_own_rules(strict, server, driver, anchor):
    rules = driver.rules(driver.account(anchor))
    assert (rules.min_length, rules.history, rules.lockout_threshold) == (24, 2, 6)
    assert strict in rules.source


@pytest.mark.behaviour("Its length is enforced at a reset and at a change")
def test_own_length(strict, driver, dn, anchor):
    assert refusal(driver.reset, anchor, BETTER).code == "too_short"
    assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "too_short"
    driver.change(anchor, LONG, current=GOOD)
    assert driver.verify(anchor, LONG) is Verdict.RIGHT


@pytest.mark.behaviour("Its lockout decides how many wrong passwords are passed on")
def test_own_lockout(strict, server, driver, dn, anchor):
    server.policy(lockout=2)
    assert [driver.verify(anchor, WRONG) for _ in range(3)] == [Verdict.WRONG] * 3
    assert refusal(driver.verify, anchor, WRONG).code == "too_many_wrong"
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("Others keep the general policy")
def test_others(strict, server, driver, name):
    server.make(f"{name}b")
    other = driver.find(f"{name}b")
    assert driver.rules(other).min_length == 12
    driver.reset(other.anchor, BETTER)


@pytest.mark.behaviour("A policy of a group is in force for its members")
def test_policy_of_a_group(samba, driver_of, name):
    dn = samba.make(name)
    with samba.group_of(dn) as group, samba.own_policy(group, min_length=24, history=2, lockout=6):
        driver = driver_of(samba)
        account = driver.find(name)
        assert driver.rules(account).min_length == 24
        assert refusal(driver.reset, account.anchor, BETTER).code == "too_short"


@pytest.mark.behaviour("A policy that may not be read is told as that; refusals still say why")
def test_unreadable(server, driver_of, dn, name):
    with server.own_policy(dn, min_length=24, history=2, lockout=6, readable=False):
        driver = driver_of(server)
        account = driver.find(name)
        assert driver.rules(account).source == "unreadable"
        assert driver.rules(account).min_length is None
        assert refusal(driver.reset, account.anchor, BETTER).code == "too_short"
        assert server.binds(dn, GOOD)


@pytest.mark.behaviour("Under a policy that may not be read one wrong password is passed on")
def test_unreadable_lockout(server, driver_of, dn, name):
    with server.own_policy(dn, min_length=24, history=2, lockout=6, readable=False):
        driver = driver_of(server)
        anchor = driver.find(name).anchor
        assert driver.verify(anchor, WRONG) is Verdict.WRONG
        assert refusal(driver.verify, anchor, WRONG).code == "too_many_wrong"


@pytest.mark.behaviour("A reset to a former password is refused for that")
def test_history_at_a_reset(server, driver, dn, anchor, saw):
    """The rules say beforehand which it is."""
    driver.reset(anchor, BETTER)
    rules = driver.rules(driver.account(anchor))
    assert rules.history == 5
    if server.kind == "active_directory":
        saw("no: history is not enforced on reset by this server")
        assert rules.history_on_reset == 0
        driver.reset(anchor, GOOD)
        assert server.binds(dn, GOOD)
    else:
        assert rules.history_on_reset == 5
        assert refusal(driver.reset, anchor, GOOD).code == "in_history"


@pytest.mark.behaviour("A reset so soon after the last is refused for that")
def test_age_at_a_reset(server, driver, dn, anchor, saw):
    driver.reset(anchor, BETTER)
    server.policy(min_age=timedelta(hours=24))
    if server.kind == "active_directory":
        saw("no: the least age is not enforced on reset by this server")
        driver.reset(anchor, BEST)
        assert server.binds(dn, BEST)
    else:
        refused = refusal(driver.reset, anchor, BEST)
        assert refused.code == "too_young"
        assert refused.until


@pytest.mark.behaviour("Former passwords beyond the history may be used again")
def test_beyond_the_history(server, driver, anchor):
    server.policy(history=2)
    for new, old in ((BETTER, GOOD), (BEST, BETTER)):
        driver.change(anchor, new, current=old)
    assert refusal(driver.change, anchor, BETTER, current=BEST).code == "in_history"
    driver.change(anchor, LONG, current=BEST)
    driver.change(anchor, GOOD, current=LONG)


@pytest.mark.behaviour("The account's own name within a password is refused")
def test_own_name(server, driver, dn, name, anchor, saw):
    password = f"Kettle-17-{name}"
    if server.kind == "active_directory":
        saw("no: this server leaves that to Windows")
    else:
        saw("no: slapd leaves that to a module of one's own")
    driver.reset(anchor, password)
    assert server.binds(dn, password)
