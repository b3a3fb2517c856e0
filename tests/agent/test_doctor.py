"""The doctor, before each kind of real server: what is well, and what is not any more."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.agent.asking import request_of
from tests.agent.faults import advertising, answering, before
from tests.agent.servers import BETTER, GOOD
from writeback.agent.__main__ import main
from writeback.agent.answers import Away
from writeback.agent.brakes import Brakes
from writeback.agent.doctor import examination
from writeback.agent.doctor.examination import examine
from writeback.agent.doctor.findings import finding, heard, told
from writeback.agent.drivers.active_directory import POLICY_HINTS
from writeback.agent.journal import Journal
from writeback.agent.messages import Operation, State
from writeback.agent.work import Worker


@pytest.fixture
def causes(server, driver_of):
    """Examines, and says what was found: the cause of each subject that is not well, or all."""

    def examined(target="", *, brakes=None, now=None, everything=False, **settings):
        driver = driver_of(server, replace(server.settings, **settings))
        later = {"now": now} if now else {}
        seen = examine(driver, brakes or Brakes(bases=(server.unit,)), target, **later)
        return {f"{one.subject}.{one.cause}" for one in seen if everything or not one.well}

    return examined


@pytest.fixture
def name(server):
    name = f"doc{uuid.uuid4().hex[:10]}"
    server.make(name)
    return name


USUAL = {
    "samba": {"policy.granular_unreadable", "history.not_enforced"},
    "slapd": {"policy.no_must_change"},
}


@pytest.fixture
def usual(server):
    """What the servers of these tests lack by their nature."""
    return USUAL["samba" if server.kind == "active_directory" else "slapd"]


def test_what_is_well_is_said(server, causes, name, usual):
    assert causes() == usual
    subjects = {one.partition(".")[0] for one in causes(everything=True)}
    rights = {"right_reset", "right_unlock", "right_must_change"}
    whole = {"reachable", "certificate", "bind", "base", "clock", "policy", "history", "lockout"}
    assert subjects == {*whole, "account", "brakes", "unit", *rights}
    told = {"person.well", "right_reset.well", "right_unlock.well", "right_must_change.well"}
    assert causes(name, everything=True) == told


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"urls": ("ldaps://127.0.0.1:9",)}, {"reachable.silent"}),
        ({"ca_file": ""}, {"certificate.untrusted"}),
        ({"bind_password": "wrong"}, {"bind.refused"}),
    ],
)
def test_without_a_server_that_lets_us_in_nothing_else_is_asked(causes, settings, expected):
    assert causes(**settings) == expected


def test_each_server_is_looked_at(server, causes, usual):
    """One of two is away: the other answers for the directory."""
    urls = ("ldaps://127.0.0.1:9", *server.settings.urls)
    assert causes(urls=urls) == {"reachable.silent", *usual}


def test_no_address_and_no_secret_is_in_what_is_said(server, driver_of):
    """The portal does not learn where the servers are."""
    urls = ("ldaps://127.0.0.1:9", *server.settings.urls)
    seen = examine(driver_of(server, replace(server.settings, urls=urls)), Brakes())
    text = json.dumps([told(one) for one in seen])
    assert "127.0" not in text
    assert server.settings.bind_password not in text


@pytest.mark.parametrize(
    ("issued", "cause"),
    [
        ({"ends_in": timedelta(days=29)}, "expires_soon"),
        ({"ends_in": timedelta(days=31)}, "well"),
        ({"ends_in": timedelta(days=-1)}, "expired"),
        ({"address": "127.0.0.2"}, "wrong_name"),
    ],
)
def test_certificates_are_told_apart(slapd, authority, proxy_to, through, issued, cause):
    """And without one that is believed, nobody signs in."""
    way = proxy_to(slapd, authority.issue(**issued))
    seen = {one.subject: one.cause for one in examine(through(slapd, way), Brakes())}
    assert seen["certificate"] == cause
    assert ("bind" in seen) is (cause in {"well", "expires_soon"})


def test_a_server_that_is_too_busy_is_not_said_to_refuse(slapd, proxy_to, through):
    way = proxy_to(slapd, bind=answering(51))
    seen = {one.subject: one.cause for one in examine(through(slapd, way), Brakes())}
    assert seen["bind"] == "silent"


def test_a_server_that_goes_away_meanwhile_is_looked_at_again(slapd, proxy_to, through):
    way = proxy_to(slapd, search=before)
    with pytest.raises(Away):  # it still lets us in, so nothing can be said of it
        examine(through(slapd, way), Brakes())
    way.faults["bind"] = answering(52)
    for target in ("", "ada"):
        seen = {one.subject: one.cause for one in examine(through(slapd, way), Brakes(), target)}
        assert seen["bind"] == "silent"


@pytest.mark.parametrize("hints", [True, False])
def test_a_server_that_takes_policy_hints_enforces_the_history(samba, proxy_to, through, hints):
    """Simulated: Windows has that control, Samba does not."""
    way = proxy_to(samba, search=advertising(POLICY_HINTS if hints else "1.2.3"))
    seen = {one.subject: one.cause for one in examine(through(samba, way), Brakes())}
    assert seen["history"] == ("well" if hints else "not_enforced")
    samba.policy(history=0, min_age=timedelta(), lockout=0)
    seen = {one.subject: one.cause for one in examine(through(samba, way), Brakes())}
    assert seen["history"] == "not_kept"


@pytest.mark.parametrize("apart", [timedelta(seconds=9), timedelta(minutes=-4)])
def test_a_clock_that_is_off_is_seen(causes, usual, apart):
    assert causes(now=lambda: datetime.now(UTC) + apart) == {"clock.off", *usual}


def test_the_directorys_lock_is_told(server, driver_of):
    server.policy(min_age=timedelta(), lockout=6)
    seen = {one.subject: one for one in examine(driver_of(server), Brakes())}
    assert seen["lockout"] == finding("lockout", "read", threshold=6)
    server.policy(min_age=timedelta(), lockout=1)
    seen = {one.subject: one for one in examine(driver_of(server), Brakes())}
    assert seen["lockout"] == finding("lockout", "at_once")


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        (("ou=nowhere,{unit}",), {"brakes.missing", "unit.missing"}),
        (("dc=elsewhere,dc=test",), {"brakes.outside", "brakes.missing", "unit.missing"}),
    ],
)
def test_brakes_that_make_no_sense_are_seen(server, causes, usual, bases, expected):
    brakes = Brakes(bases=tuple(base.format(unit=server.unit) for base in bases))
    assert causes(brakes=brakes) == {*expected, *usual}


def test_a_base_that_is_not_there_is_seen(causes):
    assert causes(base_dn="ou=nowhere,dc=example,dc=test") == {"base.missing"}


def test_a_person_whom_the_agent_leaves_alone_is_told_so(server, causes, name):
    assert causes("nobody-like-that") == {"person.unknown"}
    assert causes(str(uuid.UUID(int=9))) == {"person.unknown"}
    elsewhere = Brakes(bases=(f"ou=moved,{server.unit}",))
    assert causes(name, brakes=elsewhere) == {"person.out_of_reach"}
    other = server.make(f"{name}2")
    server.put(other, mail=f"{name}@mail.example")
    assert causes(f"{name}@mail.example") == {"person.ambiguous"}
    server.admin.delete(other)


def test_a_unit_is_looked_at_person_by_person(server, causes, name):
    found = causes(server.unit, everything=True)
    assert found == {"unit.well", "right_reset.well", "right_unlock.well", "right_must_change.well"}
    assert causes(f"ou=nowhere,{server.unit}") == {"unit.missing"}
    assert causes(f"ou=moved,{server.unit}", brakes=Brakes(bases=("dc=x",))) == {"unit.empty"}


def test_nobody_waits_for_a_unit_without_end(server, driver, name, monkeypatch):
    """What was looked at until then is told."""
    server.make(f"{name}2")
    monkeypatch.setattr(examination, "PATIENCE", 0)
    seen = {one.subject: one for one in examine(driver, Brakes(), server.unit)}
    assert seen["unit"].facts["people"] + seen["unit"].facts["left_alone"] == 1


def test_finding_out_changes_nothing(server, driver, name):
    """The very entry, before and after, and the password in it."""
    account = driver.find(name)

    def state():
        server.admin.search(account.dn, "(objectClass=*)", "BASE", attributes=["*", "+"])
        raw = (server.admin.response or [])[0]["raw_attributes"]
        counts = {"lastLogon", "logonCount", "lastLogonTimestamp"}
        return {key: value for key, value in raw.items() if key not in counts}

    before = state()
    examine(driver, Brakes(), name)
    examine(driver, Brakes(), server.unit)
    assert state() == before
    assert server.binds(account.dn, GOOD)


def test_a_diagnosis_is_a_question_like_others(server, driver, name, tmp_path):
    """Through the worker, and within what a message may hold."""
    journal = Journal(tmp_path / "journal.sqlite3")
    request = request_of(Operation.DIAGNOSE, name)
    result = Worker("north", "corp", driver, journal, Brakes()).work(request)
    assert result.state is State.DONE
    findings = [heard(one) for one in json.loads(result.encoded())["facts"]["findings"]]
    assert [one.subject for one in findings][:2] == ["person", "right_reset"]
    assert journal.started_since(request.issued_at - timedelta(hours=1)) == 0
    journal.close()


def test_beside_the_agent_it_is_read_aloud(slapd, capsys):
    """``python -m writeback.agent check``: 1 for a fault, 2 for what cannot be checked."""
    told = slapd.settings
    environment = {
        "LDAP_KIND": told.kind,
        "LDAP_URLS": " ".join(told.urls),
        "LDAP_BASE_DN": told.base_dn,
        "LDAP_BIND_DN": told.bind_dn,
        "LDAP_BIND_PASSWORD": told.bind_password,
        "LDAP_CA_FILE": told.ca_file,
        "LDAP_DEFAULT_POLICY_DN": told.default_policy_dn,
    }
    slapd.make("console")
    assert main(["check"], environment) == 0
    assert "[ ok ] WB-500 Server 1 answers.\n" in capsys.readouterr().out
    assert main(["check", "console"], environment) == 0
    assert main(["check", "nobody-like-that"], environment) == 1
    out = capsys.readouterr().out
    assert "[FAIL] WB-561" in out
    assert "       -> Check the name, and LDAP_BASE_DN.\n" in out
    assert main(["check", "two", "words"], environment) == 2
    assert main(["check"], {**environment, "LDAP_BIND_PASSWORD": "wrong"}) == 1
    assert main(["check"], {**environment, "LDAP_KIND": ""}) == 2
    assert "wrong" not in "".join(capsys.readouterr())


def test_what_the_doctor_calls_well_really_works(server, driver, name):
    """And what the server then does agrees with what was said."""
    account = driver.find(name)
    driver.reset(account.anchor, BETTER, must_change=True)
    driver.unlock(account.anchor)
    assert driver.account(account.anchor).must_change
