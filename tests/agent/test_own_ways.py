"""Protections, and what a server alone has."""

from dataclasses import replace

import pytest

from tests.agent.places import BETTER, GOOD, refusal


@pytest.mark.behaviour("Kerberos (kinit) takes the new password and not the old one")
def test_kerberos_takes_the_new_password_and_not_the_old(samba, driver_of, name):
    samba.make(name)
    driver = driver_of(samba)
    driver.reset(driver.find(name).anchor, BETTER)
    assert samba.kinit(name, BETTER)
    assert not samba.kinit(name, GOOD)


@pytest.mark.behaviour("A password of too few kinds of characters is refused for that")
def test_a_simple_password_is_refused_for_that(samba, driver_of, name):
    samba.make(name)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert refusal(driver.reset, anchor, "alllowercaseletters").code == "complexity"
    assert refusal(driver.change, anchor, "alllowercaseletters", current=GOOD).code == "complexity"


@pytest.mark.behaviour("An account with power over others is left alone, wherever it is")
def test_a_powerful_account_is_protected_wherever_it_is(samba, driver_of, name):
    """S-C43: Samba has no AdminSDHolder; the delegated right would do."""
    dn = samba.make_powerful(name)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert driver.account(anchor).protected
    assert refusal(driver.reset, anchor, BETTER).code == "protected"
    assert refusal(driver.unlock, anchor).code == "protected"
    assert samba.binds(dn, GOOD)


@pytest.mark.behaviour("Where the service account has no right, that is told")
def test_without_the_right_it_is_refused_for_that(samba, driver_of, name):
    dn = f"CN={name},CN=Users,{samba.base}"
    samba._make(dn, name, GOOD)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert refusal(driver.reset, anchor, BETTER).code == "no_right"
    assert refusal(driver.unlock, anchor).code == "no_right"


@pytest.mark.behaviour("Where the service account has no right, that is told")
def test_a_service_account_that_may_only_look(slapd, driver_of, name):
    """Also where a duty to change is asked for: before anything has changed."""
    dn = slapd.make(name)
    driver = driver_of(slapd, replace(slapd.settings, bind_dn=slapd.env["LIMITED"]))
    anchor = driver.find(name).anchor
    assert refusal(driver.reset, anchor, BETTER).code == "no_right"
    assert refusal(driver.reset, anchor, BETTER, must_change=True).code == "no_right"
    assert refusal(driver.unlock, anchor).code == "no_right"
    assert slapd.binds(dn, GOOD)
