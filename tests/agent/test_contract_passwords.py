"""Passwords as they are typed."""

import pytest

from tests.agent.places import BETTER, GOOD, refusal
from writeback.agent.answers import Verdict

ALL = "Aa1-"


@pytest.mark.behaviour("256 characters arrive")
def test_as_long_as_windows_takes(server, driver, dn, anchor):
    password = ALL + "k" * 252
    driver.reset(anchor, password)
    assert server.binds(dn, password)
    assert not server.binds(dn, password[:-1])


@pytest.mark.behaviour("256 UTF-16 units of characters beyond the first plane arrive")
def test_units_of_utf_16(server, driver, dn, anchor):
    password = ALL + "🫖" * 126
    driver.reset(anchor, password)
    assert server.binds(dn, password)
    assert driver.verify(anchor, password[:-1]) is Verdict.WRONG


@pytest.mark.behaviour("257 UTF-16 units are refused for their length")
def test_too_many_units_of_utf_16(server, driver, dn, anchor, saw):
    password = ALL + "k" * 253
    if server.kind == "openldap":
        saw("no limit: they arrive")
        driver.reset(anchor, password)
        assert server.binds(dn, password)
        return
    assert refusal(driver.reset, anchor, password).code == "too_long"
    assert refusal(driver.change, anchor, ALL + "🫖" * 127, current=GOOD).code == "too_long"
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("A NUL in a new password is refused before it is sent")
def test_nul(server, driver, dn, anchor):
    for password in (f"{BETTER}\0", f"{BETTER}\0-and-more", f"\0{BETTER}"):
        assert refusal(driver.reset, anchor, password).code == "characters"
        assert refusal(driver.change, anchor, password, current=GOOD).code == "characters"
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("The right password with a NUL behind it is wrong")
def test_nul_behind(server, driver, dn, anchor):
    assert driver.verify(anchor, f"{GOOD}\0") is Verdict.WRONG
    assert driver.verify(anchor, f"{GOOD}\0more") is Verdict.WRONG
    assert refusal(driver.change, anchor, BETTER, current=f"{GOOD}\0").code == "wrong_current"


@pytest.mark.behaviour("Half a surrogate pair is refused before it is sent")
def test_half_a_pair(driver, anchor):
    assert refusal(driver.reset, anchor, f"{BETTER}\ud83e").code == "characters"
    assert driver.verify(anchor, f"{GOOD}\ud83e") is Verdict.WRONG


@pytest.mark.behaviour("Composed and decomposed letters are two passwords")
def test_normal_forms(server, driver, dn, anchor):
    driver.reset(anchor, "Crème-Brûlée-17-é")
    assert driver.verify(anchor, "Crème-Brûlée-17-e\u0301") is Verdict.WRONG
    assert driver.verify(anchor, "Crème-Brûlée-17-é") is Verdict.RIGHT


@pytest.mark.behaviour("Capitals and small letters, and blanks at either end, are told apart")
def test_told_apart(server, driver, anchor):
    driver.reset(anchor, f" {BETTER} ")
    for wrong in (BETTER, f" {BETTER}", f"{BETTER} ", f" {BETTER.upper()} "):
        assert driver.verify(anchor, wrong) is Verdict.WRONG
    assert driver.verify(anchor, f" {BETTER} ") is Verdict.RIGHT


@pytest.mark.behaviour(
    "Colons, quotes, backslashes, braces, tabs and percent signs arrive in a change"
)
@pytest.mark.parametrize(
    "password", [":Colon::17-a\\b\"'", "%s%00&#0;\tKettle-17", '"Kettle-17-q"']
)
def test_odd_characters_in_a_change(server, driver, dn, anchor, password):
    driver.change(anchor, password, current=GOOD)
    assert server.binds(dn, password)
    driver.change(anchor, BETTER, current=password)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour("A password that looks like a hash, {SSHA}…, arrives")
def test_like_a_hash(server, driver, dn, anchor, saw):
    password = "{SSHA}Kettle-Orbit-17=="
    if server.kind == "openldap":
        saw("refused for its quality")
        assert refusal(driver.reset, anchor, password).code == "quality"
        assert server.binds(dn, GOOD)
        return
    driver.reset(anchor, password)
    assert server.binds(dn, password)
