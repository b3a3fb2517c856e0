"""Rights in OpenLDAP, taken away and granted by the printed lines; policies, limits and clock."""

import re
import socket
import threading
import uuid
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from ldap3 import BASE, MODIFY_REPLACE

from tests.agent.ber import Ended, element, parts, read
from tests.agent.examined import all_are, causes, seen
from tests.agent.places import BETTER, administrator
from writeback.agent.answers import Refused
from writeback.agent.brakes import Brakes
from writeback.agent.doctor.examination import examine


def test_a_root_account_as_service_account_is_seen(slapd, driver_of):
    slapd.make("anybody")
    root = replace(slapd.settings, bind_dn=slapd.env["ADMIN"])
    whole = {one.cause for one in examine(driver_of(slapd, root), Brakes())}
    assert {"reads_hashes", "unbound_by_rules"} <= whole


@contextmanager
def rule_first(slapd, rule, database="olcDatabase={1}mdb", kind="olcAccess"):
    """A rule of the running server, before all others, for a while."""
    config = administrator(
        slapd.env["URL"], slapd.env["CA_FILE"], "cn=config", slapd.env["PASSWORD"]
    )
    place = f"{database},cn=config"
    config.search(place, "(objectClass=*)", BASE, attributes=[kind])
    before = [bytes(one).decode() for one in (config.response or [])[0]["raw_attributes"][kind]]
    plain = [one.partition("}")[2] for one in before]
    changed = [f"{{{n}}}{one}" for n, one in enumerate([rule, *plain])]
    assert config.modify(place, {kind: [(MODIFY_REPLACE, changed)]}), config.result
    try:
        yield
    finally:
        assert config.modify(place, {kind: [(MODIFY_REPLACE, before)]}), config.result
        config.unbind()


TAKEN = {
    "right_reset": "userPassword",
    "right_unlock": "pwdAccountLockedTime",
    "right_must_change": "pwdReset",
}


@pytest.mark.parametrize("right", TAKEN)
def test_a_right_of_an_openldap_server_is_missing_until_the_line_is_there(slapd, driver_of, right):
    driver, name = driver_of(slapd), f"acl{uuid.uuid4().hex[:10]}"
    dn = slapd.make(name)
    assert causes(driver, name) == all_are("well")
    anchor, account = driver.find(name).anchor, slapd.settings.bind_dn
    taken = (
        f'to dn.subtree="{slapd.unit}" attrs={TAKEN[right]} by dn.exact="{account}" read by * break'
    )
    with rule_first(slapd, taken):
        assert causes(driver, name) == {**all_are("well"), right: "missing"}
        assert causes(driver, slapd.unit) == {**all_are("well"), right: "missing"}
        lines = seen(driver, name)[right].mends
        (rule,) = (line.removeprefix("olcAccess: {0}") for line in lines if "olcAccess" in line)
        assert f"access {rule}" in lines
        with rule_first(slapd, rule):
            assert causes(driver, name) == all_are("well")
            driver.reset(anchor, BETTER)
            driver.unlock(anchor)
            assert slapd.binds(dn, BETTER)


def test_a_policy_that_cannot_be_read_is_seen_and_its_line_opens_it(slapd, driver_of):
    driver, name = driver_of(slapd), f"pol{uuid.uuid4().hex[:10]}"
    slapd.make(name)
    account = slapd.settings.bind_dn
    closed = f'to dn.base="{slapd.default_policy}" by dn.exact="{account}" none by * break'
    with rule_first(slapd, closed):
        whole = [one for one in examine(driver, Brakes()) if one.cause == "unreadable"]
        assert [one.subject for one in whole] == ["policy"]
        assert seen(driver, name)["policy"].cause == "unreadable"
        (line,) = (one for one in whole[0].mends if one.startswith("olcAccess"))
        with rule_first(slapd, line.removeprefix("olcAccess: {0}")):
            assert "policy" not in seen(driver, name)
    nameless = driver_of(slapd, replace(slapd.settings, default_policy_dn=""))
    assert seen(nameless, "")["policy"].mends == ()


def test_a_server_that_shows_only_some_people_is_seen(slapd, driver_of):
    for n in range(3):
        slapd.make(f"few{n}")
    limited = driver_of(slapd, replace(slapd.settings, bind_dn=slapd.env["LIMITED"]))
    base = seen(limited, "")["base"]
    assert base.cause == "limited"
    (line,) = (line for line in base.mends if line.startswith("olcLimits"))
    with rule_first(slapd, line.removeprefix("olcLimits: {0}"), kind="olcLimits"):
        assert seen(limited, "")["base"].cause == "well"
        assert causes(limited, "few0") == all_are("missing")


def test_a_policy_that_forbids_resets_is_seen(slapd, driver_of):
    """The right is there, and yet no reset is done."""
    driver, name = driver_of(slapd), f"saf{uuid.uuid4().hex[:10]}"
    slapd.make(name)
    slapd.put(slapd.default_policy, pwdSafeModify="TRUE", pwdMustChange="TRUE")
    try:
        told = {one.cause for one in examine(driver, Brakes()) if one.subject == "policy"}
        assert told == {"well", "no_resets"}
        with pytest.raises(Refused):
            driver.reset(driver.find(name).anchor, BETTER)
    finally:
        slapd.put(slapd.default_policy, pwdSafeModify="FALSE", pwdMustChange="FALSE")


def test_a_server_that_hides_its_clock_is_not_guessed_at(slapd, driver_of):
    hidden = "to * by * none"
    with rule_first(slapd, hidden, "olcDatabase={2}monitor"):
        clock = seen(driver_of(slapd), "")["clock"]
    assert (clock.cause, clock.health) == ("unsaid", "unknown")


def test_a_name_that_is_not_on_the_certificate_is_told_from_others(slapd, driver_of):
    """And a port that speaks no TLS at all."""
    port = slapd.env["URL"].rpartition(":")[2]
    plain = re.sub("^ldap:", "ldaps:", slapd.env["PLAIN_URL"])
    for url, cause in ((f"ldaps://127.1:{port}", "wrong_name"), (plain, "no_tls")):
        found = seen(driver_of(slapd, replace(slapd.settings, urls=(url,))), "")
        assert found["certificate"].cause == cause
    started = driver_of(slapd, replace(slapd.settings, urls=(slapd.env["PLAIN_URL"],)))
    assert seen(started, "")["certificate"].cause == "well"


@pytest.fixture
def without_tls():
    """A server that refuses to begin TLS, and what it heard."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve():
        client, _address = listener.accept()
        with client, suppress(Ended, OSError):
            client.settimeout(5)
            while True:
                message = read(client)
                number, operation, _controls = parts(message)
                heard.append(operation[0])
                refusal = element(0x0A, b"\x34") + element(0x04, b"") + element(0x04, b"")
                client.sendall(element(0x30, number + element(0x78, refusal)))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"ldap://127.0.0.1:{listener.getsockname()[1]}", heard
    listener.close()
    thread.join(timeout=10)


def test_the_service_accounts_password_never_goes_over_a_plain_connection(
    slapd, driver_of, without_tls
):
    url, heard = without_tls
    found = seen(driver_of(slapd, replace(slapd.settings, urls=(url,))), "")
    assert (found["certificate"].cause, "bind" in found) == ("no_tls", False)
    assert 0x77 in heard  # it was asked for TLS
    assert 0x60 not in heard  # and nobody signed in
