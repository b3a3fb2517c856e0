"""The worker inside a web process lives as long as its process does."""

import logging

import pytest
from django.db import InterfaceError, OperationalError

from accounts.outbox import loop, services


def fail_with(error, monkeypatch):
    def work():
        raise error

    monkeypatch.setattr(services, "work", work)
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)


@pytest.mark.parametrize("error", [InterfaceError("closed"), OperationalError("cut")])
def test_a_connection_that_was_cut_ends_no_worker(error, monkeypatch, caplog):
    """I7: a database that restarts must not leave every later mail unsent."""
    fail_with(error, monkeypatch)
    loop.look()
    assert f"the database did not answer ({type(error).__name__})" in caplog.text


def test_no_fault_of_ours_ends_the_worker(monkeypatch, caplog):
    fail_with(RuntimeError("ours"), monkeypatch)
    with caplog.at_level(logging.ERROR):
        loop.look()
    assert "a look failed" in caplog.text
