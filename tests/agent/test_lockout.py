"""Strangers lock nobody through us"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.agent.faults import before
from tests.agent.servers import BETTER, GOOD, WRONG
from writeback.agent.answers import Away, Refused, Verdict
from writeback.agent.drivers.base import Account, Rules
from writeback.agent.drivers.lockout import SLACK, LockoutBrake

HALF_AN_HOUR = timedelta(minutes=30)


def passing(brake, account, rules):
    with brake.passing(account, rules, "ldaps://one"):
        pass


def answers(driver, anchor, times):
    """What so many wrong passwords get: verdicts, or the codes of refusals."""
    return [answer(driver, anchor) for _ in range(times)]


def answer(driver, anchor, password=WRONG):
    try:
        return driver.verify(anchor, password).value
    except Refused as refused:
        return refused.code


@pytest.mark.behaviour("Of the wrong passwords that lock an account, at most half are passed on")
@pytest.mark.parametrize(("threshold", "pass_"), [(0, 4), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_half_of_what_locks_is_passed_on_and_no_more(server, driver, dn, anchor, threshold, pass_):
    server.policy(lockout=threshold)
    told = answers(driver, anchor, 4)
    assert told == ["wrong"] * pass_ + ["too_many_wrong"] * (4 - pass_)
    assert not driver.account(anchor).locked
    assert server.binds(dn, GOOD)


def test_what_is_not_sent_takes_as_many_requests_as_a_wrong_password(
    server, proxy_to, through, name, dn
):
    """S-C02: nobody, disabled, held back, locked: how long an answer takes tells none apart."""
    server.policy(lockout=4)
    proxy = proxy_to(server)
    driver = through(server, proxy)
    anchor = driver.find(name).anchor
    assert answer(driver, anchor, GOOD) == "right"

    def asked(anchor):
        proxy.heard.clear()
        told = answer(driver, anchor)
        return told, [word for word in proxy.heard if word != "unbind"]

    told, usual = asked(anchor)
    assert (told, usual.count("bind")) == ("wrong", 1)
    assert asked(str(uuid.uuid4())) == ("wrong", usual)
    server.disable(server.make(f"{name}-off"))
    assert asked(driver.find(f"{name}-off").anchor)[1] == usual
    assert asked(anchor) == ("wrong", usual)
    assert asked(anchor) == ("too_many_wrong", usual)
    server.lock(dn, 4)
    assert asked(anchor) == ("locked", usual)


@pytest.mark.behaviour("Twenty wrong passwords at once lock nobody either")
def test_twenty_at_once_pass_no_more_than_one_after_another(server, driver, dn, anchor):
    server.policy(lockout=4)
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _n: answer(driver, anchor), range(20)))
    assert sorted(told) == ["too_many_wrong"] * 18 + ["wrong"] * 2
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour(
    "Wrong passwords typed elsewhere count; the moment when the next may be tried is told"
)
def test_what_was_typed_elsewhere_counts(server, driver, dn, anchor):
    server.policy(lockout=4)
    server.lock(dn, 2)
    with pytest.raises(Refused) as refused:
        driver.verify(anchor, GOOD)
    assert refused.value.code == "too_many_wrong"
    until = refused.value.until
    assert until
    left = until - datetime.now(UTC)
    assert timedelta(minutes=30) < left <= HALF_AN_HOUR + SLACK


@pytest.mark.behaviour("A right password lets the count begin anew")
def test_a_right_password_lets_the_count_begin_anew(server, driver, anchor):
    server.policy(lockout=4)
    tries = [WRONG, GOOD, WRONG, GOOD, WRONG, WRONG, GOOD]
    told = [answer(driver, anchor, password) for password in tries]
    assert told == ["wrong", "right", "wrong", "right", "wrong", "wrong", "too_many_wrong"]


@pytest.mark.behaviour("A wrong current password at a change counts, too")
def test_a_change_with_a_wrong_current_password_counts_too(server, driver, dn, anchor):
    server.policy(lockout=3)
    codes = []
    for current in (WRONG, WRONG, GOOD):
        with pytest.raises(Refused) as refused:
            driver.change(anchor, BETTER, current=current)
        codes.append(refused.value.code)
    assert codes == ["wrong_current", "too_many_wrong", "too_many_wrong"]
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("New passwords that are refused do not count")
def test_new_passwords_that_are_refused_do_not_count(server, driver, anchor):
    server.policy(lockout=2)
    for _ in range(3):
        with pytest.raises(Refused, match="too_short"):
            driver.change(anchor, "Aa1-short", current=GOOD)
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


def test_a_reset_lets_the_count_begin_anew(server, driver, anchor):
    server.policy(lockout=2)
    assert answers(driver, anchor, 2) == ["wrong", "too_many_wrong"]
    driver.reset(anchor, BETTER)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


@pytest.mark.behaviour("After an unlock the count begins anew")
def test_an_unlock_lets_the_count_begin_anew(server, driver, dn, anchor):
    server.policy(lockout=3)
    server.lock(dn, 3)
    assert answer(driver, anchor) == "locked"
    driver.unlock(anchor)
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


@pytest.mark.behaviour("A password that did not arrive, or that no server counted, does not count")
@pytest.mark.parametrize("word", ["connect", "bind"])
def test_an_outage_is_no_wrong_password(server, proxy_to, through, dn, anchor, word):
    """P-C50."""
    server.policy(lockout=2)
    proxy = proxy_to(server)
    driver = through(server, proxy)
    assert driver.account(anchor)
    proxy.faults[word] = before
    for _ in range(3):
        with pytest.raises(Away):
            driver.verify(anchor, GOOD)
    proxy.faults.clear()
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


@pytest.mark.behaviour("What one server heard counts when the next one is asked")
@pytest.mark.parametrize("fault", [None, before])
def test_what_one_server_heard_counts_when_the_next_is_asked(
    server, proxy_to, through, dn, anchor, fault
):
    """The second server has not heard of it; whether the first has, where it gave no answer, nobody
    knows."""
    server.policy(lockout=3)
    first = proxy_to(server)
    driver = through(server, first, server.env["URL"])
    assert driver.account(anchor)
    first.faults |= {"bind": fault} if fault else {}
    with pytest.raises(Away) if fault else nullcontext():
        driver.verify(anchor, WRONG)
    server.forgive(dn)
    first.faults |= {"connect": before, "search": before}
    assert driver.account(anchor).wrong_at == ()
    assert answer(driver, anchor) == "too_many_wrong"
    driver.reset(anchor, BETTER)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


def test_an_empty_current_password_is_wrong_and_never_sent(server, driver, anchor):
    server.policy(lockout=2)
    with pytest.raises(Refused, match="wrong_current"):
        driver.change(anchor, BETTER, current="")
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


LATELY, LONG_AGO = timedelta(minutes=5), timedelta(minutes=45)
TEN = Rules("domain", lockout_threshold=10, lockout_window=HALF_AN_HOUR)


@pytest.mark.parametrize(
    ("rules", "ages", "passes"),
    [
        (TEN, (LATELY,) * 4, True),
        (TEN, (LATELY,) * 5, False),
        (TEN, (LONG_AGO,) * 9, True),
        (TEN, (LONG_AGO,) * 5 + (LATELY,) * 4, True),
        (TEN, (HALF_AN_HOUR + SLACK / 2,) * 5, False),
        (replace(TEN, lockout_window=None), (LONG_AGO,) * 5, False),
        (Rules("unreadable"), (), True),
        (Rules("unreadable"), (LATELY,), False),
        (Rules("unreadable"), (timedelta(hours=2),), True),
    ],
)
def test_what_counts_is_what_the_server_still_counts(rules, ages, passes):
    """Where its rules cannot be read, three within an hour are taken for them."""
    moments = tuple(datetime.now(UTC) - age for age in ages)
    account, brake = Account("anchor", "dn", "ada", wrong_at=moments), LockoutBrake(1)
    with nullcontext() if passes else pytest.raises(Refused, match="too_many_wrong"):
        passing(brake, account, rules)


def test_the_moment_when_the_next_may_be_tried_is_when_enough_are_forgotten():
    brake = LockoutBrake(1)
    now = datetime.now(UTC)
    moments = tuple(now - timedelta(minutes=n) for n in (20, 15, 10, 5))
    rules = replace(TEN, lockout_threshold=6)
    with pytest.raises(Refused) as refused:
        passing(brake, Account("anchor", "dn", "ada", wrong_at=moments), rules)
    assert refused.value.until == moments[1] + HALF_AN_HOUR + SLACK


def test_who_waits_too_long_for_a_turn_finds_the_server_away():
    brake = LockoutBrake(patience=0.01)
    with brake.turn("ada"), brake.turn("ben"), pytest.raises(Away), brake.turn("ada"):
        pass
    with brake.turn("ada"):
        pass
    assert not brake._turns
