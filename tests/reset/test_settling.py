"""Every answered write has its consequences, once, whoever lives to see them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from reset import services, tasks
from tests.apps import code_now
from tests.journeys import ResetJourney
from tests.reset.scene import NEW, STRANGER, begun, fresh, outcome_of, proved
from tests.support import canary
from tests.support.memory import move_to_memory
from writeback import services as writeback
from writeback import stores
from writeback.models import Outcome, Write

pytestmark = pytest.mark.django_db

BEN = "ben@corp.example"


@pytest.fixture
def memory(ben):
    """Ben's password lives in the memory store, locked."""
    yield move_to_memory(ben, "the old one", locked=True)
    stores.forget()


def settle():
    with across_directories("the periodic job"):
        tasks.settle()


def count(kind):
    with across_directories("a test looks"):
        return AuditRecord.objects.filter(kind=kind).count()


def notices():
    return Parcel.objects.filter(kind="notice").exclude(payload__user=None).count()


def finish(attempt, password=NEW):
    return services.finish(attempt, password, client=STRANGER)


def test_a_lost_answer_is_found_out_and_told_once(memory, ben):
    memory.faults.lose = "answer"
    attempt = proved(BEN)
    finish(attempt)
    assert outcome_of(attempt) == Outcome.UNKNOWN
    assert count("reset.succeeded") == 0
    settle()
    settle()
    assert fresh(attempt).ending == "succeeded"
    assert (count("reset.succeeded"), count("writeback.done"), notices()) == (1, 1, 2)
    assert memory.entries[ben.upn_key].password == NEW


def test_a_lost_request_is_void_once_its_time_is_over(memory, ben):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        memory.faults.lose = "request"
        attempt = proved(BEN)
        finish(attempt)
        settle()
        assert outcome_of(attempt) == Outcome.UNKNOWN
        clock.shift(timedelta(minutes=3))
        settle()
        assert outcome_of(attempt) == Outcome.VOID
    assert memory.entries[ben.upn_key].password == "the old one"
    assert count("reset.succeeded") == 0


def test_after_a_void_write_the_person_can_save_again(memory, ben):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        memory.faults.lose = "request"
        attempt = proved(BEN)
        finish(attempt)
        clock.shift(timedelta(minutes=3))
        settle()
        memory.faults.lose = ""
        assert finish(fresh(attempt)).row.outcome == Outcome.DONE


def test_an_outage_while_settling_leaves_it_open(memory, ben):
    memory.faults.lose = "answer"
    attempt = proved(BEN)
    finish(attempt)
    memory.faults.away = True
    settle()
    assert outcome_of(attempt) == Outcome.UNKNOWN
    memory.faults.away = False
    settle()
    assert outcome_of(attempt) == Outcome.DONE


def test_a_refusal_is_told_and_can_be_mended(memory, ben):
    memory.faults.refuse = "complexity"
    attempt = proved(BEN)
    finished = finish(attempt)
    assert [p.code for p in finished.problems] == ["complexity"]
    assert memory.entries[ben.upn_key].password == "the old one"
    memory.faults.refuse = ""
    assert finish(fresh(attempt)).row.outcome == Outcome.DONE


def test_a_store_that_goes_away_before_the_write_changes_nothing(memory, ben):
    attempt = proved(BEN)
    memory.faults.away = True
    assert [p.code for p in finish(attempt).problems] == ["away"]
    assert memory.entries[ben.upn_key].password == "the old one"


def test_a_store_that_is_away_is_told_before_the_checks(memory, ben):
    memory.faults.away = True
    with pytest.raises(services.StoreAway):
        begun(BEN)


def test_a_reset_unlocks(memory, ben):
    finish(proved(BEN))
    assert not memory.entries[ben.upn_key].locked


def test_a_process_killed_after_the_write_leaves_nothing_undone(ben, monkeypatch):
    """I1, S-F20: the password is in, the page was never sent."""
    attempt = proved(BEN)
    monkeypatch.setattr(tasks, "settle_write", lambda row, *, client: None)
    finish(attempt)
    monkeypatch.undo()
    assert count("reset.succeeded") == 0
    settle()
    assert (count("reset.succeeded"), notices()) == (1, 2)
    assert fresh(attempt).ending == "succeeded"


def test_a_process_killed_before_the_write_changes_nothing(ben, monkeypatch):
    """I7: the row that nobody carried out becomes void when its time is over."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        attempt = proved(BEN)
        monkeypatch.setattr(writeback, "_ask", lambda *args: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            finish(attempt)
        monkeypatch.undo()
        settle()
        assert outcome_of(attempt) == Outcome.PENDING
        clock.shift(timedelta(minutes=3))
        settle()
    row = Write.objects.in_directory(ben.directory).get()
    assert (row.outcome, row.reason) == (Outcome.VOID, "void")


def test_a_write_too_late_does_not_happen(ben, monkeypatch):
    """A slow hash that outlives its job changes no password."""
    attempt = proved(BEN)
    ask = writeback._ask

    def voided_meanwhile(store, row, *rest):
        Write.objects.in_directory(row.directory_id).update(outcome=Outcome.VOID)
        return ask(store, row, *rest)

    monkeypatch.setattr(writeback, "_ask", voided_meanwhile)
    before = ben.password
    finished = finish(attempt)
    ben.refresh_from_db()
    assert finished.row.outcome == Outcome.VOID
    assert ben.password == before


def test_an_attempt_left_alone_ends_with_one_event(ben):
    """I6, I7."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        attempt = begun(BEN)
        clock.shift(timedelta(minutes=15))
        with across_directories("the periodic job"):
            tasks.close_expired()
            tasks.close_expired()
    assert fresh(attempt).ending == "expired"
    assert count("reset.expired") == 1


def test_leaving_too_late_shows_what_becomes_of_the_write(memory, ben):
    """I6: one terminal event, and no page that says the old password stayed."""
    memory.faults.lose = "answer"
    journey = ResetJourney().start(BEN).choose(1).answer(code_now())
    journey.client.post(reverse("reset:password"), {"new_password": canary.watch(NEW)})
    memory.faults.away = True
    assert journey.post("reset:stop").step == "reset:waiting"
    memory.faults.away = False
    assert journey.get("reset:waiting").step == "reset:done"
    assert (count("reset.stopped"), count("reset.succeeded")) == (0, 1)


def test_writes_that_stay_open_hold_up_no_other(memory, ben, monkeypatch):
    """A store that is away, with more open writes than one look takes."""
    monkeypatch.setattr(writeback, "_BATCH", 3)
    for number in range(4):
        Write.objects.create(
            directory=ben.directory,
            user=ben,
            operation="reset",
            evidence="proofs",
            evidence_id=str(number),
            expires_at=timezone.now() + timedelta(hours=1),
        )
    memory.faults.lose = "answer"
    attempt = proved(BEN)
    finish(attempt)
    for _ in range(40):
        settle()
    assert fresh(attempt).ending == "succeeded"
