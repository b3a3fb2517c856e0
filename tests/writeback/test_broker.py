"""Through a real broker to real agents, each a process of its own."""

import uuid

import pytest

from tests.agent.servers import BETTER, GOOD
from tests.support import agent_process
from tests.support.agent_process import AgentProcess
from writeback import channel
from writeback.agent.answers import Refused
from writeback.agent.messages import Operation
from writeback.channel import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def over_broker(settings, corp):
    settings.AGENT_BROKER_URL = agent_process.portal_url()
    return corp


@pytest.fixture
def agent_of(over_broker, tmp_path):
    """Makes agents of corp, confirmed and running."""
    made: list[AgentProcess] = []

    def make(server, **environment):
        state = tmp_path / f"agent{len(made)}"
        made.append(AgentProcess(over_broker, server, state, **environment))
        return made[-1].enrol().start()

    yield make
    for agent in made:
        agent.end()


def test_a_reset_goes_to_an_agent_and_its_answer_comes_back(corp, slapd, agent_of):
    agent = agent_of(slapd)
    name = f"ben{uuid.uuid4().hex[:10]}"
    dn = slapd.make(name)
    anchor = channel.ask(corp.pk, Order(operation=Operation.FIND, target=name)).facts["anchor"]
    order = Order(operation=Operation.RESET, target=anchor, password=BETTER)
    assert channel.ask(corp.pk, order).agent == agent.name
    assert slapd.binds(dn, BETTER)
    with pytest.raises(Refused) as refused:
        channel.ask(corp.pk, Order(operation=Operation.RESET, target=anchor, password="short"))
    assert refused.value.code == "too_short"
    assert not slapd.binds(dn, GOOD)
    assert BETTER not in agent.said()
