"""Part of a directory server, and an agent that reads it for Corp."""

import pytest

from accounts.client import Client
from accounts.people.models import User
from accounts.people.registry import Act
from tests.agent.own_unit import OwnUnit
from writeback.synchronisation.services import synchronise


@pytest.fixture
def unit(server, served):
    """A part of the server of its own, and the agent in this process reading it for corp."""
    made = OwnUnit(server)
    served(made)
    yield made
    made.clear()


@pytest.fixture
def sync(corp, unit):
    """Synchronises corp; returns the run and its lines."""

    def go(**options):
        lines: list[str] = []
        run = synchronise(corp, tell=lines.append, **options)
        return run, lines

    return go


@pytest.fixture
def operator_act(operator):
    return Act(Client.nowhere(), operator)


@pytest.fixture
def named(corp, unit):
    """Somebody of the unit by a short name, as they are now; None for nobody."""
    return lambda name: User.objects.in_directory(corp).filter(upn_key=unit.upn(name)).first()
