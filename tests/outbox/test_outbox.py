"""What is decided is done: once, later if need be, and never silently not."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import Celery
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts import seams
from accounts.outbox import jobs, loop, services, wake
from accounts.outbox.models import Parcel, PeriodicJob
from accounts.outbox.services import LEASE, TryLater, send, sweep, work
from accounts.tenancy import crossing
from tests.support.postbox import free_port
from tests.support.threads import together

SOON = timedelta(minutes=10)


class Handler:
    """Does what it is told with a parcel, and keeps count."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.seen: list[Any] = []
        self.error: BaseException | None = None

    def __call__(self, parcel):
        self.seen.append((parcel.payload["n"], parcel.attempts, crossing()))
        if self.error:
            raise self.error


handler = Handler()


@pytest.fixture(autouse=True)
def handled(settings):
    settings.OUTBOX_HANDLERS = {"test": "tests.outbox.test_outbox.handler"}
    seams.outbox_handler.cache_clear()
    handler.forget()
    yield handler
    seams.outbox_handler.cache_clear()


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as travelling:
        yield travelling


def post(number=1, expires_in=SOON):
    return send("test", {"n": number}, directory=None, expires_in=expires_in)


@pytest.mark.django_db
class TestOneWorker:
    def test_a_parcel_is_done_once(self, handled):
        post()
        assert (work(), work()) == (1, 0)
        assert [n for n, *_ in handled.seen] == [1]
        assert Parcel.objects.get().finished_at

    def test_a_worker_serves_every_directory(self, handled):
        post()
        work()
        assert handled.seen[0][2]

    def test_what_is_rolled_back_was_never_decided(self, handled):
        with transaction.atomic():
            post()
            transaction.set_rollback(True)
        assert work() == 0

    def test_a_failure_is_tried_again_later_and_later(self, handled, clock):
        handled.error = TryLater("away")
        post()
        waits = []
        for _ in range(4):
            work()
            waits.append((Parcel.objects.get().due_at - timezone.now()).total_seconds())
            clock.shift(waits[-1])
        assert waits == [5, 15, 60, 300]

    def test_it_is_not_tried_before_its_time(self, handled, clock):
        handled.error = TryLater("away")
        post()
        work()
        clock.shift(4)
        assert work() == 0
        clock.shift(1)
        assert work() == 1

    def test_a_fault_of_ours_stops_no_other_parcel(self, handled, caplog):
        handled.error = ValueError("a fault")
        post(1)
        post(2)
        assert work() == 2
        assert "failed" in caplog.text

    def test_a_kind_nobody_handles_is_kept_and_logged(self, caplog):
        send("unheard of", {}, directory=None, expires_in=SOON)
        work()
        assert Parcel.objects.get().finished_at is None
        assert "failed" in caplog.text

    @pytest.mark.parametrize(("late", "is_done"), [(-1, True), (0, False)])
    def test_after_its_time_a_parcel_is_given_up(self, handled, clock, late, is_done):
        post()
        clock.shift(SOON.total_seconds() + late)
        work()
        assert bool(handled.seen) is is_done
        assert Parcel.objects.get().failure == ("" if is_done else "expired")

    def test_a_worker_that_dies_leaves_its_parcel_to_another(self, handled, clock):
        """S-F20: only here can something be done twice, and the parcel knows."""
        post()
        handled.error = SystemExit()
        with pytest.raises(SystemExit):
            work()
        handled.error = None
        assert work() == 0
        clock.shift(LEASE)
        assert work() == 1
        assert [attempts for _n, attempts, _c in handled.seen] == [1, 2]

    def test_one_who_comes_back_late_cannot_finish_another_s(self, handled, clock):
        parcel = post()
        slow = services._claim()
        assert slow
        clock.shift(LEASE)
        handled.error = TryLater("away")
        work()
        services._finish(slow)
        parcel.refresh_from_db()
        assert parcel.finished_at is None

    def test_what_is_long_over_is_swept(self, clock):
        post()
        clock.shift(SOON + services.KEPT + timedelta(seconds=1))
        assert sweep() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_parcel_once(handled):
    for number in range(30):
        post(number)
    together(lambda _: work(), times=8)
    assert sorted(n for n, *_ in handled.seen) == list(range(30))


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit():
    wake.bell.clear()
    with transaction.atomic():
        post()
        assert not wake.bell.is_set()
    assert wake.bell.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing(settings, handled, caplog, monkeypatch):
    """S-F21: nobody listens on the port."""
    settings.BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(wake, "current_app", Celery(broker=settings.BROKER_URL))
    with caplog.at_level(logging.WARNING):
        post()
    assert "did not answer" in caplog.text
    assert work() == 1


def job():
    handler.seen.append(("job", 0, crossing()))
    if handler.error:
        raise handler.error


@pytest.mark.django_db
class TestJobs:
    @pytest.fixture(autouse=True)
    def one_job(self, settings):
        settings.PERIODIC_JOBS = {"a job": ("tests.outbox.test_outbox.job", 60)}
        seams.periodic_job.cache_clear()
        yield
        seams.periodic_job.cache_clear()

    def test_a_job_runs_at_once_and_then_in_its_time(self, clock, handled):
        assert jobs.run_due() == ["a job"]
        clock.shift(59)
        assert jobs.run_due() == []
        clock.shift(1)
        assert jobs.run_due() == ["a job"]

    def test_a_job_that_fails_runs_again_in_its_time(self, clock, handled, caplog):
        handled.error = ValueError("a fault")
        jobs.run_due()
        clock.shift(60)
        assert jobs.run_due() == ["a job"]
        assert "job a job failed" in caplog.text

    def test_a_look_survives_a_database_that_is_away(self, monkeypatch, caplog):
        def away(*args):
            raise OperationalError("gone")

        monkeypatch.setattr(loop, "close_old_connections", lambda: None)
        monkeypatch.setattr(services, "_claim", away)
        loop.look()
        assert "did not answer" in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_processes_one_runs_a_job(settings, handled):
    settings.PERIODIC_JOBS = {"a job": ("tests.outbox.test_outbox.job", 60)}
    seams.periodic_job.cache_clear()
    PeriodicJob.objects.create(name="a job", due_at=timezone.now())
    together(lambda _: jobs.run_due(), times=10)
    seams.periodic_job.cache_clear()
    assert len(handled.seen) == 1
