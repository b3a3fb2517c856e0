"""The database goes away, fails over or is held up in the middle of a reset (S-F22).

What is tested against runs on a PostgreSQL of its own, which these tests stop, start and cut.
"""

from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox import loop
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from reset import kernel, tasks
from reset.models import Attempt
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.journeys import NEW, ResetJourney, can_sign_in
from writeback import services as writeback
from writeback.models import Outcome, Write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

BEN = "ben@corp.example"


class Visitor(ResetJourney):
    """Asks a server that treats its connections as in production: kept, and looked at first."""

    def __init__(self):
        super().__init__(Client(REMOTE_ADDR="192.0.2.1", raise_request_exception=False))

    def get(self, name, **query):
        close_old_connections()
        return super().get(name, **query)

    def post(self, name, **fields):
        close_old_connections()
        return super().post(name, **fields)

    @property
    def status(self):
        return self.page.status_code


@pytest.fixture
def visitor(server, ben):
    return Visitor()


def at_the_password(visitor):
    visitor.start(BEN).choose(1).answer(code_now())
    assert visitor.step == "reset:password"
    return visitor


def settle():
    with across_directories("the periodic job"):
        tasks.settle()


def writes():
    with across_directories("a test looks"):
        return sorted(Write.objects.values_list("outcome", flat=True))


def successes():
    with across_directories("a test looks"):
        return AuditRecord.objects.filter(kind="reset.succeeded").count()


def assert_reset_once():
    settle()
    assert writes().count(Outcome.DONE) == successes() == 1
    assert can_sign_in(BEN, NEW)
    assert not can_sign_in(BEN, PASSWORD)


STEPS = {
    "reset:method": lambda visitor: visitor.start(BEN),
    "reset:code": lambda visitor: visitor.choose(1),
    "reset:password": lambda visitor: visitor.answer(code_now()),
    "reset:done": lambda visitor: visitor.save(),
}


def test_while_it_is_away_every_step_waits_and_then_goes_on(server, visitor):
    for arrived, step in STEPS.items():
        server.stop()
        step(visitor)
        assert (visitor.status, visitor.page["Retry-After"]) == (503, "10")
        server.start()
        assert step(visitor).step == arrived
    assert_reset_once()


def test_a_restart_between_two_steps_is_not_noticed(server, visitor):
    at_the_password(visitor)
    server.restart()
    assert visitor.save().step == "reset:done"
    assert_reset_once()


def test_a_line_cut_before_the_write_is_admitted_leaves_nothing(server, visitor, monkeypatch):
    """The transaction that was under way is as if it had never begun."""
    at_the_password(visitor)
    insert = kernel._insert

    def inserted_and_cut(*args):
        row = insert(*args)
        server.cut()
        return row

    monkeypatch.setattr(kernel, "_insert", inserted_and_cut)
    assert visitor.save().status == 503
    monkeypatch.undo()
    assert writes() == []
    assert visitor.save().step == "reset:done"
    assert_reset_once()


@pytest.mark.parametrize("done_before", [False, True])
def test_a_line_cut_around_the_write_leaves_one_write_or_none(
    server, visitor, monkeypatch, done_before
):
    """Whether the password was in before the line was cut is found out, and told."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        at_the_password(visitor)
        ask = writeback._ask

        def asked_and_cut(*args):
            if done_before:
                ask(*args)
            server.cut()
            if not done_before:
                ask(*args)

        monkeypatch.setattr(writeback, "_ask", asked_and_cut)
        assert visitor.save().status == 503
        monkeypatch.undo()
        assert writes() == [Outcome.DONE if done_before else Outcome.PENDING]
        if not done_before:
            assert visitor.get("reset:waiting").step == "reset:waiting"
            clock.shift(timedelta(minutes=4))
            settle()
            assert visitor.get("reset:waiting").step == "reset:password"
            visitor.save()
        assert visitor.get("reset:done").step == "reset:done"
        assert_reset_once()


@pytest.mark.parametrize(
    "option", ["default_transaction_read_only=on", "lock_timeout=100", "statement_timeout=100"]
)
def test_a_database_that_takes_no_write_is_waited_for(server, visitor, option):
    """A copy that has not taken over yet, and a row that somebody else holds."""
    at_the_password(visitor)
    options = connection.settings_dict["OPTIONS"]
    with closing(server.connect()) as other, other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM reset_attempt FOR UPDATE")
        connection.close()
        connection.settings_dict["OPTIONS"] = options | {"options": f"-c {option}"}
        visitor.save()
        assert (visitor.status, visitor.page["Retry-After"]) == (503, "10")
    connection.close()
    connection.settings_dict["OPTIONS"] = options
    assert writes() == []
    assert visitor.save().step == "reset:done"
    assert_reset_once()


def test_a_worker_waits_for_it_and_sends_what_was_decided(server, visitor, postbox, caplog):
    at_the_password(visitor).save()
    server.stop()
    loop.look()
    assert "the database did not answer" in caplog.text
    server.start()
    loop.look()
    assert not Parcel.objects.filter(finished_at=None).exists()
    assert len(postbox.messages) == 2
    with across_directories("a test looks"):
        assert Attempt.objects.get().ending == "succeeded"
