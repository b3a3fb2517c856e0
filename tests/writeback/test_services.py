"""A row in, an answer out: done, refused, unknown or void, each noted once."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.people.models import Source
from accounts.signin.errors import HeldUp, StoreAway
from tests.cast import PASSWORD, make_user
from tests.support.memory import move_to_memory
from writeback import services, stores
from writeback.backends import StoreBackend
from writeback.models import Evidence, Operation, Outcome, Write

pytestmark = pytest.mark.django_db

NEW = "seven quiet lanterns under rain"
CLIENT = Client.nowhere()


@pytest.fixture
def rosa(corp):
    return make_user("rosa", directory=corp)


@pytest.fixture(autouse=True)
def store(rosa):
    yield move_to_memory(rosa)
    stores.forget()


def row_for(user, evidence_id=None, **fields):
    values = {
        "operation": Operation.RESET,
        "evidence": Evidence.PROOFS,
        "evidence_id": evidence_id or str(uuid.uuid4()),
        "expires_at": timezone.now() + timedelta(minutes=3),
        **fields,
    }
    return Write.objects.create(directory=user.directory, user=user, **values)


def events():
    records = AuditRecord.objects.filter(kind__startswith="writeback.")
    return list(records.order_by("pk").values_list("kind", flat=True))


def test_a_done_write_is_done_and_told(rosa):
    assert services.write(row_for(rosa), NEW, client=CLIENT).outcome == Outcome.DONE
    assert events() == ["writeback.done"]


def test_a_refusal_keeps_its_reason(rosa, store):
    store.faults.refuse = "too_short"
    row = services.write(row_for(rosa), NEW, client=CLIENT)
    assert (row.outcome, row.reason) == (Outcome.REFUSED, "too_short")
    assert events() == ["writeback.refused"]


def test_an_outage_is_a_refusal_that_says_so(rosa, store):
    store.faults.away = True
    row = services.write(row_for(rosa), NEW, client=CLIENT)
    assert (row.outcome, row.reason) == (Outcome.REFUSED, "away")


def test_a_lost_answer_is_neither_done_nor_refused(rosa, store):
    store.faults.lose = "answer"
    row = services.write(row_for(rosa), NEW, client=CLIENT)
    assert row.outcome == Outcome.UNKNOWN
    store.faults.lose = ""
    assert services.outcome(row, client=CLIENT).outcome == Outcome.DONE
    assert events() == ["writeback.unknown", "writeback.done"]


def test_an_answer_that_is_there_stands(rosa, store):
    row = services.write(row_for(rosa), NEW, client=CLIENT)
    Write.objects.in_directory(rosa.directory).update(outcome=Outcome.VOID)
    row.refresh_from_db()
    assert services.outcome(row, client=CLIENT).outcome == Outcome.VOID
    assert events() == ["writeback.done"]


def test_a_person_whose_store_is_not_there_cannot_be_written(corp):
    corp.store_kind = "cloud"
    user = make_user("sam", directory=corp, source=Source.FEDERATED)
    row = services.write(row_for(user), NEW, client=CLIENT)
    assert (row.outcome, row.reason) == (Outcome.REFUSED, "away")


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.UNKNOWN, Outcome.DONE])
def test_one_piece_of_evidence_carries_one_write(rosa, outcome):
    row_for(rosa, "e", outcome=outcome)
    with pytest.raises(IntegrityError), transaction.atomic():
        row_for(rosa, "e")


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.VOID])
def test_evidence_is_still_good_when_nothing_came_of_it(rosa, outcome):
    row_for(rosa, "e", outcome=outcome)
    assert row_for(rosa, "e").pk


def test_an_outage_is_never_a_wrong_password(rosa, store):
    """P-C50."""
    store.faults.away = True
    with pytest.raises(StoreAway):
        StoreBackend().authenticate(None, person=rosa, password=PASSWORD)


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_signs_nobody_in(rosa, password):
    assert StoreBackend().authenticate(None, person=rosa, password=password) is None


def test_a_disabled_account_signs_nobody_in(rosa):
    rosa.enabled = False
    assert StoreBackend().authenticate(None, person=rosa, password=PASSWORD) is None


def test_a_locked_account_signs_nobody_in(rosa, store):
    store.entries[rosa.upn_key].locked = True
    with pytest.raises(HeldUp):
        StoreBackend().authenticate(None, person=rosa, password=PASSWORD)


def test_nobody_signs_in_with_nothing(db):
    assert StoreBackend().authenticate(None, person=None, password=PASSWORD) is None


def test_only_so_many_writes_of_a_directory_are_under_way(rosa, other, settings):
    """Whoever comes then is asked to come back; evidence and password are still theirs."""
    settings.WRITES_UNDER_WAY = 2
    stranger = make_user("tom", directory=other, source=Source.SYNCHRONIZED)
    services.require_room(rosa)
    row_for(rosa, outcome=Outcome.UNKNOWN)
    services.require_room(rosa)
    last = row_for(rosa)
    with pytest.raises(services.Full):
        services.require_room(rosa)
    services.require_room(stranger)
    Write.objects.in_directory(rosa.directory).filter(pk=last.pk).update(outcome=Outcome.DONE)
    services.require_room(rosa)


def test_what_is_over_or_kept_here_takes_no_room(rosa, ada, settings):
    settings.WRITES_UNDER_WAY = 1
    row_for(rosa, expires_at=timezone.now() - timedelta(seconds=1))
    services.require_room(rosa)
    row_for(rosa)
    services.require_room(ada)
