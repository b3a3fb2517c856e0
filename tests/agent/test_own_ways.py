"""What only one of the servers has: a domain's rules and protections, OpenLDAP's history."""

import uuid

import pytest

from tests.agent.servers import BETTER, GOOD
from writeback.agent.answers import Refused, Verdict


@pytest.fixture
def name():
    return f"ada{uuid.uuid4().hex[:10]}"


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value


def test_kerberos_takes_the_new_password_and_not_the_old(samba, driver_of, name):
    samba.make(name)
    driver = driver_of(samba)
    driver.reset(driver.find(name).anchor, BETTER)
    assert samba.kinit(name, BETTER)
    assert not samba.kinit(name, GOOD)


def test_a_simple_password_is_refused_for_that(samba, driver_of, name):
    samba.make(name)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert refusal(driver.reset, anchor, "alllowercaseletters").code == "complexity"
    assert refusal(driver.change, anchor, "alllowercaseletters", current=GOOD).code == "complexity"


def test_a_powerful_account_is_protected_wherever_it_is(samba, driver_of, name):
    """S-C43: Samba has no AdminSDHolder; the delegated right would do."""
    dn = samba.make_powerful(name)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert driver.account(anchor).protected
    assert refusal(driver.reset, anchor, BETTER).code == "protected"
    assert refusal(driver.unlock, anchor).code == "protected"
    assert samba.binds(dn, GOOD)


def test_a_disabled_account_is_not_reset(samba, driver_of, name):
    dn = samba.make(name)
    samba.disable(dn)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert driver.verify(anchor, GOOD) is Verdict.DISABLED
    assert refusal(driver.reset, anchor, BETTER).code == "disabled"


def test_without_the_right_it_is_refused_for_that(samba, driver_of, name):
    dn = f"CN={name},CN=Users,{samba.base}"
    samba._make(dn, name, GOOD)
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert refusal(driver.reset, anchor, BETTER).code == "no_right"
    assert refusal(driver.unlock, anchor).code == "no_right"


def test_an_account_whose_time_is_over_is_disabled(samba, driver_of, name):
    dn = samba.make(name)
    samba.put(dn, accountExpires="116444736000000000")
    driver = driver_of(samba)
    anchor = driver.find(name).anchor
    assert driver.verify(anchor, GOOD) is Verdict.DISABLED
    assert not driver.account(anchor).enabled


def test_a_reset_to_a_former_password_is_refused_where_the_server_says_so(slapd, driver_of, name):
    slapd.make(name)
    driver = driver_of(slapd)
    anchor = driver.find(name).anchor
    driver.reset(anchor, BETTER)
    assert refusal(driver.reset, anchor, GOOD).code == "in_history"
