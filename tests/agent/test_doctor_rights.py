"""Rights that are there, that were taken away, and the printed lines that mend them."""

import shlex
import struct
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from ldap3 import BASE, MODIFY_ADD, MODIFY_REPLACE
from ldap3.protocol.microsoft import security_descriptor_control

from tests.agent.examined import ALL, all_are, causes, seen
from tests.agent.places import BETTER, GOOD
from tests.agent.servers import _ticks
from writeback.agent.answers import Refused
from writeback.agent.brakes import Brakes
from writeback.agent.doctor.descriptors import RESET_PASSWORD
from writeback.agent.doctor.examination import examine
from writeback.agent.doctor.mending import SETTINGS_CONTAINER

LIST_ONLY = security_descriptor_control(sdflags=4)


def descriptor(samba, dn):
    samba.admin.search(
        dn, "(objectClass=*)", BASE, attributes=["nTSecurityDescriptor"], controls=LIST_ONLY
    )
    return bytes((samba.admin.response or [])[0]["raw_attributes"]["nTSecurityDescriptor"][0])


def describe(samba, dn, raw):
    changes = {"nTSecurityDescriptor": [(MODIFY_REPLACE, [raw])]}
    assert samba.admin.modify(dn, changes, controls=LIST_ONLY), samba.admin.result


@contextmanager
def kept(samba, dn):
    """An access list that is put back afterwards."""
    before = descriptor(samba, dn)
    try:
        yield
    finally:
        describe(samba, dn, before)


def run_lines(samba, findings):
    """The printed lines of Samba's tool, as they stand, on this very server."""
    lines = [
        line for one in findings for line in one.mends if line.startswith("samba-tool dsacl set")
    ]
    for line in dict.fromkeys(lines):
        samba.tool(*shlex.split(line)[1:])
    return lines


@pytest.fixture
def outsider(samba):
    """Somebody in a unit that nobody delegated."""
    unit = f"OU=Bare, and apart,{samba.base}".replace(", and", "\\, and")
    samba.admin.add(unit, "organizationalUnit")
    name = f"out{uuid.uuid4().hex[:10]}"
    dn = f"CN={name},{unit}"
    samba._make(dn, name, GOOD)
    yield name, dn, unit
    samba.admin.delete(dn)
    samba.admin.delete(unit)


def test_the_printed_lines_grant_what_is_missing(samba, driver_of, outsider):
    """By person and by unit, one right after the other, and the server then does it."""
    driver, (name, _dn, unit) = driver_of(samba), outsider
    anchor = driver.find(name).anchor
    with pytest.raises(Refused, match="no_right"):
        driver.reset(anchor, BETTER)
    assert causes(driver, name) == causes(driver, unit) == all_are("missing")
    whole = seen(driver, "")
    assert {whole[subject].cause for subject in ALL} <= {"some", "missing"}
    run_lines(samba, [seen(driver, name)["right_reset"]])
    assert causes(driver, name) == {**all_are("missing"), "right_reset": "well"}
    run_lines(samba, seen(driver, unit).values())
    assert causes(driver, name) == causes(driver, unit) == all_are("well")
    driver.reset(anchor, BETTER, must_change=True)
    driver.unlock(anchor)


def test_where_nothing_comes_down_the_line_is_for_the_person(samba, driver_of):
    driver, name = driver_of(samba), f"cut{uuid.uuid4().hex[:10]}"
    dn = samba.make(name)
    assert causes(driver, name) == all_are("well")
    cut_off(samba, dn)
    assert causes(driver, name) == all_are("missing")
    found = seen(driver, samba.unit)["right_reset"]
    assert (found.cause, found.facts["without"]) == ("some", 1)
    assert dn in found.facts["names"]
    assert all(dn in line for line in found.mends)
    assert run_lines(samba, seen(driver, name).values())
    assert causes(driver, name) == all_are("well")
    driver.reset(driver.find(name).anchor, BETTER)
    samba.admin.delete(dn)


def test_a_denial_by_name_is_told_from_a_right_that_was_never_given(samba, driver_of):
    driver, name = driver_of(samba), f"den{uuid.uuid4().hex[:10]}"
    dn = samba.make(name)
    sid = samba._sid(driver.settings.bind_dn)
    samba.tool("dsacl", "set", f"--objectdn={dn}", f"--sddl=(OD;;CR;{RESET_PASSWORD};;{sid})")
    found = seen(driver, name)["right_reset"]
    assert found.cause == "denied"
    assert not any("set" in line.split() for line in found.mends)
    with pytest.raises(Refused, match="no_right"):
        driver.reset(driver.find(name).anchor, BETTER)
    samba.admin.delete(dn)


def test_a_right_by_a_group_counts(samba, driver_of, outsider):
    driver, (name, _dn, unit) = driver_of(samba), outsider
    group = f"CN=g{uuid.uuid4().hex[:8]},OU=Service,{samba.base}"
    samba.admin.add(group, "group", {"sAMAccountName": group[3:12]})
    right = samba.RIGHTS[0].format(samba._sid(group))
    samba.tool("dsacl", "set", f"--objectdn={unit}", f"--sddl={right}")
    assert causes(driver, name)["right_reset"] == "missing"
    samba.admin.modify(group, {"member": [(MODIFY_ADD, [driver.settings.bind_dn])]})
    assert causes(driver_of(samba), name)["right_reset"] == "well"
    samba.admin.delete(group)


def test_protected_people_are_left_alone(samba, driver_of):
    driver, name = driver_of(samba), f"pow{uuid.uuid4().hex[:10]}"
    dn = samba.make_powerful(name)
    assert {one.cause for one in seen(driver, name).values()} == {"protected"}
    assert seen(driver, "sspr")["person"].cause == "protected"
    samba.admin.delete(dn)
    off = samba.make(name)
    samba.disable(off)
    assert seen(driver, name)["person"].cause == "disabled"
    samba.admin.delete(off)


def test_the_lines_open_fine_grained_policies(samba, driver_of):
    driver = driver_of(samba)
    with kept(samba, f"{SETTINGS_CONTAINER},{samba.base}"):
        found = [one for one in examine(driver, Brakes()) if one.cause == "granular_unreadable"]
        assert run_lines(samba, found)
        assert not [one for one in examine(driver, Brakes()) if "granular_un" in one.cause]


def test_rules_that_nobody_shows_are_said_to_be_unreadable(samba, driver_of):
    driver = driver_of(samba)
    sid = samba._sid(driver.settings.bind_dn)
    with kept(samba, samba.base):
        domain_rules = "c7407360-20bf-11d0-a768-00aa006e0529"
        samba.tool(
            "dsacl", "set", f"--objectdn={samba.base}", f"--sddl=(OD;;RP;{domain_rules};;{sid})"
        )
        whole = [(one.subject, one.cause) for one in examine(driver, Brakes())]
        assert ("lockout", "unsaid") in whole
    assert ("lockout", "unsaid") not in [(o.subject, o.cause) for o in examine(driver, Brakes())]


def test_an_administrator_as_service_account_is_seen(samba, driver_of):
    mighty = {"bind_dn": samba.env["ADMIN"], "bind_password": samba.env["ADMIN_PASSWORD"]}
    found = seen(driver_of(samba, replace(samba.settings, **mighty)), "")
    assert found["account"].cause in {"powerful", "expires"}


def test_a_password_of_the_service_account_that_ends_is_said(samba, driver_of):
    driver = driver_of(samba)
    samba.policy(min_age=timedelta(), lockout=0)
    samba.put(samba.base, maxPwdAge=_ticks(timedelta(days=20)))
    found = [one for one in examine(driver, Brakes()) if one.subject == "account"]
    assert [one.cause for one in found] == ["well", "expires"]


def cut_off(samba, dn):
    """Switch inheritance off and drop what came down, as a button in Windows' dialogue does."""
    raw = descriptor(samba, dn)
    start = int.from_bytes(raw[16:20], "little")
    own, at = [], start + 8
    for _entry in range(int.from_bytes(raw[start + 4 : start + 6], "little")):
        size = int.from_bytes(raw[at + 2 : at + 4], "little")
        own += [] if raw[at + 1] & 0x10 else [raw[at : at + size]]  # INHERITED_ACE
        at += size
    entries = b"".join(own)
    acl = struct.pack("<BBHHH", 4, 0, 8 + len(entries), len(own), 0) + entries
    describe(samba, dn, struct.pack("<BBHIIII", 1, 0, 0x9004, 0, 0, 0, 20) + acl)
