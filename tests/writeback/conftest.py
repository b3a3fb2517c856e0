"""Real directory servers for the portal's side, too."""

import pytest

from tests.agent.conftest import samba, server, slapd
from tests.support import agent_process
from tests.support.agent_process import AgentProcess
from tests.support.on_premises import serve
from writeback.channel import in_process

__all__ = ["samba", "server", "slapd"]


@pytest.fixture
def served(corp, tmp_path, monkeypatch):
    """Points the agent in this process at a server, for corp."""
    yield lambda one: serve(one, corp, tmp_path, monkeypatch.setenv)
    in_process.forget()


@pytest.fixture
def over_broker(settings, corp):
    """From now on the portal reaches the agents of corp over the broker."""
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
