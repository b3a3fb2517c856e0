"""The way to an agent, and what is said of it when no answer comes back."""

from typing import Any, ClassVar

import pytest
from django.utils import timezone

from accounts.client import Client
from accounts.people.registry import Act
from writeback import channel
from writeback.agent.answers import AnswerLost, Away
from writeback.agent.doctor.findings import finding as found
from writeback.agent.doctor.findings import told
from writeback.agent.pulse import VERSION
from writeback.channel import enrolment
from writeback.doctor import services, way
from writeback.doctor.conditions import Condition
from writeback.models import Agent

pytestmark = pytest.mark.django_db

NOBODY = Act(Client.nowhere())


def causes(seen):
    return {f"{one.subject}.{one.cause}" for one in seen.findings if not one.well}


def confirmed(corp, name, **values):
    """An agent that was confirmed and gives signs of life, and says no more."""
    now = timezone.now()
    usual = {"applied_at": now, "confirmed_at": now, "seen_at": now, "is_well": True}
    made = Agent(directory=corp, name=name, **{**usual, "version": VERSION, **values})
    made.voucher = enrolment.vouched(made, made.signer, made.opening)
    made.save()
    return made


@pytest.fixture
def agent(over_broker):
    return confirmed(over_broker, "north")


@pytest.mark.parametrize(
    ("row", "error", "cause"),
    [
        ({}, AnswerLost, "unanswered"),
        ({"version": "0"}, AnswerLost, "too_old"),
        ({"seen_at": None}, Away, "silent"),
        ({"confirmed_at": None}, Away, "none"),
        ({"revoked_at": timezone.now()}, Away, "none"),
    ],
)
def test_without_an_answer_the_agent_itself_is_looked_at(
    corp, agent, monkeypatch, row, error, cause
):
    for name, value in row.items():
        setattr(agent, name, value)
    agent.save()

    def nothing(*_all):
        raise error

    monkeypatch.setattr(channel, "ask", nothing)
    assert next(one.cause for one in way.ask(corp, "")) == cause


def test_an_agent_that_is_older_than_the_portal_is_told_from_others(corp, agent, monkeypatch):
    class Answer:
        facts: ClassVar[Any] = {"findings": [told(found("bind", server=1))]}

    monkeypatch.setattr(channel, "ask", lambda *_all: Answer)
    assert [one.cause for one in way.ask(corp, "")][:2] == ["well", "well"]
    agent.version = "999"
    agent.save()
    assert services.check(corp, NOBODY).condition == Condition.RUNNING
    agent.version = "0"
    agent.save()
    assert services.check(corp, NOBODY).condition == Condition.OUTDATED
    Answer.facts = {"findings": "nonsense"}
    assert services.check(corp, NOBODY).condition == Condition.UNTOLD


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"seen_at": None}, "one_silent"),
        ({"is_well": False}, "one_unwell"),
        ({"clock_ahead": 31_000}, "one_off"),
        ({"clock_ahead": -301_000}, "one_off"),
        ({"revoked_at": timezone.now()}, None),
        ({"confirmed_at": None}, None),
        ({}, None),
    ],
)
def test_of_several_agents_the_one_in_trouble_is_told(corp, agent, monkeypatch, row, cause):
    """The others write passwords meanwhile."""
    confirmed(corp, "south", **row)

    class Answer:
        facts: ClassVar[Any] = {"findings": [told(found("bind", server=1))]}

    monkeypatch.setattr(channel, "ask", lambda *_all: Answer)
    seen = services.check(corp, NOBODY)
    troubles = [one for one in seen.findings if not one.well]
    assert [(one.cause, one.facts["agent"]) for one in troubles] == [(cause, "south")] * bool(cause)
    assert seen.condition == Condition.RUNNING


def test_a_server_that_goes_away_meanwhile_is_not_said_to_have_no_agent(corp, slapd, served):
    served(slapd)

    def away(*_all):
        raise Away

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channel, "ask", away)
        assert causes(services.check(corp, NOBODY)) == {"agent.unanswered"}


def test_a_broker_that_is_away_is_our_side(corp, settings):
    settings.AGENT_BROKER_URL = "redis://portal:word@127.0.0.1:9/0"
    corp.store_kind = "openldap"
    seen = services.check(corp, NOBODY)
    assert (causes(seen), seen.condition) == ({"broker.away"}, Condition.OUR_SIDE)


def test_an_agent_far_away_examines_its_server(corp, slapd, agent_of):
    """Through the broker; a server that is stopped for it is said to be silent, not the agent."""
    corp.store_kind = slapd.kind
    well = agent_of(slapd)
    seen = services.check(corp, NOBODY)
    assert (seen.condition, causes(seen)) == ("running", {"policy.no_must_change"})
    well.end()
    lost = agent_of(slapd, LDAP_URLS="ldaps://127.0.0.1:9")
    Agent.objects.in_directory(corp).exclude(name=lost.name).update(revoked_at=timezone.now())
    seen = services.check(corp, NOBODY)
    assert (seen.condition, causes(seen)) == ("away", {"reachable.silent", "agent.one_unwell"})
    assert "WB-312" in lost.said()
