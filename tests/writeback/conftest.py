"""Real directory servers for the portal's side, too."""

import pytest

from tests.agent.conftest import samba, server, slapd
from tests.support.on_premises import serve
from writeback.channel import in_process

__all__ = ["samba", "server", "slapd"]


@pytest.fixture
def served(corp, tmp_path, monkeypatch):
    """Points the agent in this process at a server, for corp."""
    yield lambda one: serve(one, corp, tmp_path, monkeypatch.setenv)
    in_process.forget()
