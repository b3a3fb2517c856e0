"""Pages that come from agents elsewhere, each a process of its own."""

import pytest
from django.utils import timezone

from tests.agent.own_unit import OwnUnit
from tests.support import agent_process
from tests.writeback.synchronisation.looking import crowd
from writeback.channel import agents
from writeback.models import Agent
from writeback.synchronisation import pages
from writeback.synchronisation.models import RunOutcome
from writeback.synchronisation.services import synchronise

pytestmark = pytest.mark.django_db

MANY = 300  # people: more than a page


@pytest.fixture
def unit(slapd):
    made = OwnUnit(slapd)
    yield made
    made.clear()


def test_when_an_agent_dies_between_two_pages_another_begins(unit, agent_of, corp, monkeypatch):
    """Only the agent that began a reading knows how far it is."""
    crowd(unit, MANY)
    there = {agent.name: agent for agent in (agent_of(unit), agent_of(unit))}
    asked, told_by = pages._asked, []

    def dying(directory, target, agent):
        if agent and len(there) == 2:
            die(there.pop(agent), corp)
        facts, name = asked(directory, target, agent)
        told_by.append(name)
        return facts, name

    monkeypatch.setattr(pages, "_asked", dying)
    run = synchronise(corp)
    assert (run.outcome, run.counts["created"]) == (RunOutcome.DONE, MANY)
    assert told_by[0] not in there
    assert len(told_by) > 2
    assert set(told_by[1:]) == set(there)


def die(agent, corp):
    """As it is when it has been dead for a while."""
    agent.kill()
    rows = Agent.objects.in_directory(corp).filter(name=agent.name)
    rows.update(seen_at=timezone.now() - agents.LIVE)
    with agent_process.administrator() as client:
        client.delete(agent.names.heartbeat)
