"""What the portal says of a directory server: its agent's findings, and the way to the agent."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.people.registry import Act
from writeback import channel
from writeback.agent.answers import Away, Finding, Health
from writeback.agent.doctor.findings import finding as found
from writeback.agent.messages import Operation
from writeback.channel import Order, breaker
from writeback.doctor import services, way
from writeback.doctor.conditions import REMEDIES, Condition, condition_of
from writeback.doctor.words import OF_THE_WAY, finding, words_of
from writeback.models import Diagnosis

pytestmark = pytest.mark.django_db

NOBODY = Act(Client.nowhere())
WELL = [finding("agent", "well"), found("reachable", server=1), found("bind", server=1)]


@pytest.mark.parametrize(
    ("more", "condition"),
    [
        ([], "running"),
        ([found("history", "not_enforced")], "running"),
        ([found("reachable", "silent", server=2, error="refused")], "running"),
        ([found("right_reset", "missing", where="x")], "misconfigured"),
        ([found("base", "missing", base="x")], "misconfigured"),
        ([finding("agent", "outdated")], "outdated"),
        ([finding("agent", "outdated"), found("base", "missing", base="x")], "misconfigured"),
    ],
)
def test_the_worst_that_is_found_is_the_condition(more, condition):
    assert condition_of([*WELL, *more]) == condition


@pytest.mark.parametrize(
    ("findings", "condition"),
    [
        ([("reachable", "silent")], "away"),
        ([("bind", "silent")], "away"),
        ([("certificate", "expired")], "misconfigured"),
        ([("bind", "refused")], "misconfigured"),
        ([("reachable", "silent"), ("bind", "refused")], "misconfigured"),
    ],
)
def test_without_a_server_that_lets_us_in_it_depends_on_why(findings, condition):
    seen = [found(*one, server=1, error="timed out") for one in findings]
    assert condition_of([finding("agent", "well"), *seen]) == condition


def test_every_condition_can_come_about_and_has_a_remedy():
    """Six of them, as microsoft-sspr 8.6 has them."""
    of_the_way = {condition_of([Finding(*key, words.health)]) for key, words in OF_THE_WAY.items()}
    assert of_the_way == set(Condition) == set(REMEDIES)
    assert len(Condition) == 6


def causes(seen):
    return {f"{one.subject}.{one.cause}" for one in seen.findings if not one.well}


def test_a_server_that_is_well_is_running(corp, server, served):
    served(server)
    corp.lockout_threshold = 3
    server.policy(min_age=timedelta(), lockout=6)
    seen = services.check(corp, NOBODY)
    assert seen.condition == Condition.RUNNING
    assert found("lockout", ours=3, threshold=6) in seen.findings
    corp.lockout_threshold = 4
    assert "lockout.too_high" in causes(services.check(corp, NOBODY))


@pytest.mark.parametrize(
    ("environment", "cause", "condition"),
    [
        ({"LDAP_BIND_PASSWORD": "wrong"}, "bind.refused", "misconfigured"),
        ({"LDAP_CA_FILE": ""}, "certificate.untrusted", "misconfigured"),
        ({"LDAP_URLS": "ldaps://127.0.0.1:9"}, "reachable.silent", "away"),
        ({"LDAP_KIND": ""}, "agent.wrong_settings", "misconfigured"),
        ({"AGENT_STATE_DIR": ""}, "agent.wrong_settings", "misconfigured"),
        ({"AGENT_DIRECTORY": "Elsewhere"}, "agent.none", "misconfigured"),
    ],
)
def test_what_is_wrong_is_told(corp, slapd, served, monkeypatch, environment, cause, condition):
    served(slapd)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    seen = services.check(corp, NOBODY)
    assert (causes(seen), seen.condition) == ({cause}, condition)
    assert "wrong" not in str([one.facts for one in seen.findings])


def test_the_breaker_neither_hinders_a_check_nor_learns_from_it(corp, slapd, served):
    served(slapd)
    breaker.away(corp.pk)
    assert services.check(corp, NOBODY).condition == Condition.RUNNING
    assert channel.is_away(corp.pk)
    with pytest.raises(Away):
        channel.ask(corp.pk, Order(operation=Operation.FIND, target="ada"))


def test_what_was_found_is_kept_and_a_change_is_noted_once(
    corp, slapd, served, operator, monkeypatch
):
    served(slapd)

    def noted():
        rows = AuditRecord.objects.in_directory(corp).filter(kind="writeback.checked")
        return [json.loads(bytes(row.body))["facts"]["condition"] for row in rows.order_by("pk")]

    assert services.last(corp) is None
    services.check_all()
    services.check_all()
    seen = services.last(corp)
    assert seen is not None
    assert (seen.condition, noted()) == ("running", ["running"])
    assert timezone.now() - seen.checked_at < timedelta(minutes=1)
    monkeypatch.setenv("AGENT_DIRECTORY", "Elsewhere")
    services.check_all()
    assert noted() == ["running", "misconfigured"]
    services.check(corp, Act(Client.nowhere(), operator))
    assert noted()[2:] == ["misconfigured"]
    assert Diagnosis.objects.in_directory(corp).count() == 1


def test_directories_that_keep_their_passwords_here_are_left_alone(corp):
    services.check_all()
    assert services.last(corp) is None


def test_a_person_is_asked_after_by_what_the_directory_calls_them(corp, slapd, served, make_user):
    """The account may be renamed there."""
    served(slapd)
    name = f"eve{uuid.uuid4().hex[:10]}"
    person = make_user(name, directory=corp)
    slapd.rename(slapd.make(name), person.user_principal_name)
    upn = person.user_principal_name
    assert causes(services.check_one(corp, upn)) == set()
    anchor = channel.ask(corp.pk, Order(operation=Operation.FIND, target=upn)).facts["anchor"]
    slapd.rename(f"uid={name},{slapd.unit}", "another@corp.example")
    assert causes(services.check_one(corp, upn)) == {"person.unknown"}
    person.anchor = anchor
    person.save()
    assert causes(services.check_one(corp, upn)) == set()
    assert services.last(corp) is None


def test_a_person_of_another_directory_is_not_looked_up(corp, other, make_user, monkeypatch):
    """Their anchor would tell whom another organisation employs."""
    asked = []

    def ask(_directory, target):
        asked.append(target)
        return []

    monkeypatch.setattr(way, "ask", ask)
    stranger = make_user("stranger", directory=other)
    stranger.anchor = str(uuid.uuid4())
    stranger.save()
    services.check_one(corp, stranger.user_principal_name)
    assert asked == [stranger.user_principal_name]


def test_findings_of_a_newer_agent_are_not_taken_for_well(corp, monkeypatch):
    strange = Finding("weather", "rain", Health.FAULT, {"mm": "3"})
    monkeypatch.setattr(way, "ask", lambda *_all: [finding("agent", "well"), strange])
    seen = services.check(corp, NOBODY)
    assert (seen.condition, words_of(strange).id) == ("misconfigured", "WB-399")
    kept = services.last(corp)
    assert kept is not None
    assert kept.findings == seen.findings


def examined(capsys, *words):
    """What the command prints, and how it ends."""
    try:
        call_command("directory", "check", *words)
        end = ""
    except CommandError as error:
        end = str(error)
    return capsys.readouterr().out, end


def test_the_command_prints_what_mends_and_ends_with_an_error_on_a_fault(
    corp, samba, served, capsys
):
    served(samba)
    out, end = examined(capsys, "Corp")
    assert end == ""
    assert "[ ok ] WB-300" in out
    assert "WB-541 History is not enforced on reset by this server." in out
    unit = f"OU=Bare{uuid.uuid4().hex[:6]},{samba.base}"
    samba.admin.add(unit, "organizationalUnit")
    name = f"eve{uuid.uuid4().hex[:8]}"
    samba._make(f"CN={name},{unit}", name, "Kettle-Orbit-Maple-17")
    for target in (("--person", name), ("--unit", unit)):
        out, end = examined(capsys, "Corp", *target)
        assert end == "Faults: 3."
        assert "[FAIL] WB-571" in out
        assert f"samba-tool dsacl set --objectdn={unit} --sddl=" in out
        assert f'dsacls "{unit}" /I:S /G "CORP\\sspr:CA;Reset Password;user"' in out
    samba.admin.delete(f"CN={name},{unit}")
    samba.admin.delete(unit)


def test_the_command_says_what_cannot_be_checked(corp, capsys):
    assert examined(capsys, "Corp")[1].endswith("its passwords are kept here.")
    assert "no directory called Nowhere" in examined(capsys, "Nowhere")[1]
