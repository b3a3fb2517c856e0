"""Taking on an agent: a ticket, shown once; fingerprints that people compare; and an end."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from nacl.public import PrivateKey

from accounts.audit.models import AuditRecord
from accounts.people.registry import Act
from tests.admin.forms import errors_on, fill
from tests.support import canary
from tests.support.agent_process import NOBODY
from tests.support.applying import application, applied_with, fresh_home
from writeback.agent.messages import Malformed
from writeback.agent.notes import Ticket, hexed
from writeback.channel import agents, enrolment
from writeback.models import Agent

ADD = reverse("admin:writeback_agent_add")
LIST = reverse("admin:writeback_agent_changelist")


@pytest.fixture
def visitor(as_role):
    return as_role("directory_administrator")


def page_of(agent):
    return reverse("admin:writeback_agent_change", args=[agent.pk])


def ticket_on(page):
    (text,) = re.findall(r">(agent-ticket-1\.[\w-]+)<", page.content.decode())
    ticket = Ticket.read(text)
    canary.watch(ticket.code)
    return text


@pytest.fixture
def invited(corp):
    agent, text = enrolment.invite(corp.pk, "north-1", NOBODY)
    return agent, Ticket.read(text)


def test_an_agent_is_taken_on_when_somebody_has_compared(visitor, corp, tmp_path, no_secret_kept):
    """What lets an agent in is shown once, and kept as a keyed hash."""
    page = fill(visitor, ADD, name="north-1")
    assert "no-store" in page["Cache-Control"]
    shown = html.unescape(page.content.decode())
    assert "ACL SETUSER agent-" in shown
    assert f"~writeback:{corp.pk}:north-1:*" in shown
    agent = Agent.objects.in_directory(corp).get()
    assert "waits for its application" in visitor.get(LIST).content.decode()
    own = applied_with(ticket_on(page), tmp_path)
    assert own.fingerprint() in visitor.get(page_of(agent)).content.decode()
    assert agents.live(corp.pk) is None
    visitor.post(page_of(agent), {"do": "confirm"})
    agent.refresh_from_db(from_queryset=Agent.objects.in_directory(corp))
    assert agent.confirmed_at
    assert agents.state(agent) is agents.State.SILENT
    record = AuditRecord.objects.get(kind="writeback.agent_confirmed")
    assert own.fingerprint().encode() in bytes(record.body)


@pytest.mark.parametrize("name", ["", "North", "north 1", "north:1", "-north", "a" * 41, "*"])
def test_a_name_that_could_not_be_part_of_a_key_is_refused(visitor, corp, name):
    assert errors_on(fill(visitor, ADD, name=name))
    assert not Agent.objects.in_directory(corp).exists()


def test_a_name_is_never_given_twice(visitor, invited):
    agent, _ticket = invited
    assert enrolment.revoke(agent, NOBODY)
    assert errors_on(fill(visitor, ADD, name="north-1"))


def test_a_ticket_is_good_once_and_for_an_hour(invited, tmp_path, corp):
    agent, ticket = invited
    first, second = fresh_home(tmp_path / "first"), fresh_home(tmp_path / "second")
    with time_machine.travel(timezone.now() + enrolment.TICKET_LIFE + timedelta(seconds=1)):
        assert not enrolment.receive(agent, application(ticket, first))
        assert agents.state(agent) is agents.State.LATE
    assert enrolment.receive(agent, application(ticket, first))
    assert not enrolment.receive(agent, application(ticket, first))
    assert not enrolment.receive(agent, application(ticket, second))
    found = Agent.objects.in_directory(corp).get()
    assert enrolment.fingerprint_of(found) == first.fingerprint()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "guessed"},
        {"agent": "south-1"},
        {"directory": "999999"},
        {"opening": "00"},
        {"signer": hexed(PrivateKey.generate().public_key)},
    ],
)
def test_an_application_that_is_not_right_in_everything_is_none(invited, tmp_path, corp, wrong):
    agent, ticket = invited
    own = fresh_home(tmp_path / "agent")
    assert not enrolment.receive(agent, application(ticket, own, **wrong))
    assert not Agent.objects.in_directory(corp).get().signer


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 4000])
def test_noise_is_no_application(invited, raw):
    assert not enrolment.receive(invited[0], raw)


def test_an_application_under_another_key_than_its_own_is_none(invited, tmp_path):
    """Whoever has seen one cannot put their own key in front."""
    agent, ticket = invited
    own, thief = fresh_home(tmp_path / "own"), fresh_home(tmp_path / "thief")
    box = application(ticket, own)[32:]
    assert not enrolment.receive(agent, bytes(thief.signing().verify_key) + box)


def test_who_has_not_applied_cannot_be_confirmed(visitor, invited, corp):
    visitor.post(page_of(invited[0]), {"do": "confirm"})
    assert not Agent.objects.in_directory(corp).get().confirmed_at


def test_another_application_than_the_one_that_was_looked_at_is_not_confirmed(invited, corp):
    agent, _ticket = invited
    agent.signer = "aa" * 32
    assert not enrolment.confirm(agent, NOBODY)


def test_a_revoked_agent_is_revoked_for_good(visitor, invited, corp, tmp_path):
    agent, ticket = invited
    visitor.post(page_of(agent), {"do": "revoke"})
    own = fresh_home(tmp_path / "agent")
    assert not enrolment.receive(agent, application(ticket, own))
    assert "revoked" in visitor.get(page_of(agent)).content.decode()
    visitor.post(page_of(agent), {"do": "confirm"})
    assert not Agent.objects.in_directory(corp).get().confirmed_at
    assert AuditRecord.objects.filter(kind="writeback.agent_revoked").count() == 1


def test_to_decide_the_password_is_asked_for_again(visitor, invited, corp):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = visitor.post(page_of(invited[0]), {"do": "revoke"})
        assert answer["Location"].startswith(reverse("signin:again"))
    assert not Agent.objects.in_directory(corp).get().revoked_at


def test_an_agent_of_another_directory_does_not_exist(visitor, other, operator):
    agent, _text = enrolment.invite(other.pk, "elsewhere", Act(NOBODY.client, operator))
    assert "elsewhere" not in visitor.get(LIST).content.decode()
    for answer in (visitor.get(page_of(agent)), visitor.post(page_of(agent), {"do": "revoke"})):
        assert answer.status_code == 404
    assert not Agent.objects.in_directory(other).get().revoked_at


def test_nobody_else_decides(as_role, invited, corp):
    for role in ("helpdesk", "user_administrator", "policy_administrator", ""):
        assert as_role(role).post(page_of(invited[0]), {"do": "revoke"}).status_code == 403, role
    assert Client().post(page_of(invited[0]), {"do": "revoke"}).status_code == 302
    assert not Agent.objects.in_directory(corp).get().revoked_at


@pytest.mark.parametrize(
    "text", ["", "agent-ticket-1.", "agent-ticket-1.e30", "x", "agent-ticket-2.e30"]
)
def test_what_is_no_ticket_is_refused(text):
    with pytest.raises(Malformed):
        Ticket.read(text)
