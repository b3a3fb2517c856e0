"""Names that people sign in with, and names of accounts."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from tests.agent.places import BETTER, GOOD, refusal
from writeback.agent.answers import Away, Verdict


@pytest.mark.behaviour("Somebody is found by user principal name")
def test_user_principal_name(samba, driver_of, name):
    samba.make(name)
    driver = driver_of(samba)
    typed = f"{name}@{samba.env['DOMAIN']}"
    assert driver.find(typed).anchor == driver.find(typed.upper()).anchor


@pytest.mark.behaviour("The account name before the domain's own name is a name, too")
def test_implicit_user_principal_name(samba, driver_of, name):
    dn = samba.make(name)
    samba.put(dn, userPrincipalName=f"{name}@another.example")
    driver = driver_of(samba)
    assert driver.find(f"{name}@{samba.env['DOMAIN']}").dn == dn
    assert driver.find(f"{name}@another.example").dn == dn


@pytest.mark.behaviour("A user principal name goes before the same text as somebody's mail")
def test_user_principal_name_first(samba, driver_of, name):
    dn, other = samba.make(name), samba.make(f"{name}b")
    samba.put(other, mail=f"{name}@{samba.env['DOMAIN']}")
    assert driver_of(samba).find(f"{name}@{samba.env['DOMAIN']}").dn == dn


@pytest.mark.behaviour("DOMAIN and account name: the domain's short and long name, no other domain")
def test_domain_and_name(samba, driver_of, name):
    dn, driver = samba.make(name), driver_of(samba)
    for domain in ("CORP", "corp", samba.env["DOMAIN"]):
        assert driver.find(f"{domain}\\{name}").dn == dn
    for domain in ("OTHER", "corp.example.other", "*"):
        assert driver.find(f"{domain}\\{name}") is None


@pytest.mark.behaviour("A distinguished name is no name to sign in with")
def test_distinguished_name(server, driver, dn):
    assert driver.find(dn) is None
    assert driver.find(dn.partition(",")[0]) is None


@pytest.mark.behaviour("A name with a NUL or half a character in it is nobody's")
def test_odd_names(driver, anchor, name):
    for typed in ("\ud800", f"{name}\0", f"{name}\ud800"):
        assert driver.find(typed) is None


@pytest.mark.behaviour(
    "An account named with commas, quotes, plus, backslash and brackets is reset"
)
@pytest.mark.parametrize(
    "common", ['Lovelace\\, Ada \\+ \\"Co\\" \\<17\\>', "#Ada \\\\ (*)", "Åda Łovelace 艾达"]
)
def test_odd_distinguished_name(server, driver, name, common):
    dn = (
        f"CN={common}-{name},{server.unit}"
        if server.kind == "active_directory"
        else (f"uid={name}+cn={common},{server.unit}")
    )
    dn = dn if common[0] != "#" else dn.replace("=#", "=\\#", 1)
    server.make(name, dn=dn)
    driver.reset(driver.find(name).anchor, BETTER)
    assert server.binds(dn, BETTER)
    server.admin.delete(dn)


@pytest.mark.behaviour(
    "Somebody renamed and moved between look-up and reset is reset where they are"
)
def test_moved_before_the_reset(server, meanwhile, dn, anchor):
    word = "extended" if server.kind == "openldap" else "modify"
    meanwhile(word, lambda: server.move(dn)).reset(anchor, BETTER)
    assert server.binds(server.moved, BETTER)


@pytest.mark.behaviour("Somebody renamed and moved before a change is not told a wrong password")
def test_moved_before_the_change(server, meanwhile, dn, anchor):
    word = "bind" if server.kind == "openldap" else "modify"
    driver = meanwhile(word, lambda: server.move(dn))
    with pytest.raises(Away) if word == "bind" else nullcontext():
        driver.change(anchor, BETTER, current=GOOD)
    if word == "bind":
        driver.change(anchor, BETTER, current=GOOD)
    assert server.binds(server.moved, BETTER)


@pytest.mark.behaviour("Somebody renamed and moved at sign-in is not told a wrong password")
def test_moved_before_the_bind(server, meanwhile, dn, anchor):
    driver = meanwhile("bind", lambda: server.move(dn))
    with pytest.raises(Away):
        driver.verify(anchor, GOOD)
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


@pytest.mark.behaviour("Somebody deleted between look-up and reset is gone")
def test_deleted_before_the_reset(server, meanwhile, dn, anchor):
    word = "extended" if server.kind == "openldap" else "modify"
    driver = meanwhile(word, lambda: server.admin.delete(dn))
    assert refusal(driver.reset, anchor, BETTER).code == "gone"


@pytest.mark.behaviour("The service account's own entry is left alone, however its name is written")
def test_own_account(samba, driver_of):
    parts = samba.settings.bind_dn.split(",")
    names = (", ".join(parts).lower(), f"sspr@{samba.env['DOMAIN']}", "CORP\\sspr")
    for spelling in (samba.settings.bind_dn, *names):
        driver = driver_of(samba, replace(samba.settings, bind_dn=spelling))
        own = driver.find("sspr").anchor
        assert refusal(driver.reset, own, BETTER).code == "protected"
        assert refusal(driver.unlock, own).code == "protected"
        assert refusal(driver.change, own, BETTER, current=GOOD).code == "protected"
