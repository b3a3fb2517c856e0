"""Sealing and verifying."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit import erasure, services
from accounts.audit import seal as sealing
from accounts.audit.models import AuditRecord, Seal, SealedRecord, UnsealedRecord
from accounts.audit.purge import unlocked
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from accounts.client import Client
from tests.audit.happenings import VISITOR, Rang, counts, ring

_SHUT = {
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE;"
    "ALTER TABLE accounts_auditrecord DISABLE TRIGGER accounts_audit_append_only",
    "sqlite": "DROP TRIGGER accounts_audit_no_update",
}
TAMPERINGS = {
    "directory_id": "(SELECT id FROM accounts_directory WHERE name = 'Other')",
    "at": "'2020-01-01 00:00:00'",
    "kind": "'test.other'",
    "outcome": "'failed'",
    "subject_id": "99",
    "actor_id": "99",
    "attempt": "'00000000000000000000000000000001'",
    "method": "'other'",
    "language": "'fr'",
    "device": "'tablet'",
    "network": "'198.51.100.0/24'",
    "body": "personal",
    "personal": "body",
}


def tamper(column: str, value: str, pk: int) -> None:
    """What somebody with every right on the database could do."""
    with connection.cursor() as cursor:
        cursor.execute(_SHUT[connection.vendor])
        cursor.execute(f"UPDATE accounts_auditrecord SET {column} = {value} WHERE id = {pk}")  # noqa: S608


def test_records_are_chained_in_one_seal(corp, other):
    ring(corp, 3)
    ring(other, 2)
    assert seal() == 5
    assert counts() == (5, 1, 5, 0)


def test_a_seal_rests_on_the_one_before_it(corp):
    for _turn in range(3):
        ring(corp)
        seal()
    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert verify().faults == []


def test_sealing_nothing_makes_no_seal(db):
    assert seal() == 0
    assert counts() == (0, 0, 0, 0)


def test_what_is_more_than_a_batch_is_sealed_in_one_run(corp, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    ring(corp, 5)
    assert seal() == 5
    assert counts() == (5, 3, 5, 0)


def test_sealing_costs_the_same_however_long_the_trail(corp):
    costs = []
    for _turn in range(3):
        ring(corp, 3)
        with CaptureQueriesContext(connection) as queries:
            seal()
        costs.append(len(queries))
    assert costs[1] == costs[2] == costs[0]


def test_an_empty_trail_holds(db):
    verdict = verify()
    assert verdict.holds
    assert (verdict.seals, verdict.records, verdict.unsealed, verdict.head) == (0, 0, 0, "")


def test_a_verdict_names_the_unsealed_tail(corp):
    with time_machine.travel("2026-03-01 10:00:00+00:00", tick=False):
        ring(corp)
    ring(corp, 2)
    verdict = verify()
    assert verdict.holds
    assert verdict.unsealed == 3
    assert str(verdict.oldest_unsealed) == "2026-03-01 10:00:00+00:00"


@pytest.mark.parametrize(("column", "value"), TAMPERINGS.items())
def test_a_changed_record_is_named(corp, other, ada, column, value):
    ring(corp, subject=ada)
    changed = ring(corp, subject=ada)[0]
    seal()
    tamper(column, value, changed.pk)
    assert verify().faults == [f"Record {changed.pk} of seal 1 was changed."]


def test_every_column_of_a_record_is_under_the_seal():
    columns = {field.column for field in AuditRecord._meta.concrete_fields}
    assert columns - {"id"} == set(TAMPERINGS)


def test_a_removed_record_is_named(corp):
    entries = ring(corp, 3)
    seal()
    with unlocked():
        AuditRecord.objects.filter(pk=entries[1].pk)._raw_delete("default")
    assert verify().faults == [f"Record {entries[1].pk} of seal 1 is missing."]


def test_a_record_removed_before_its_seal_is_noticed(corp):
    entry = ring(corp)[0]
    with unlocked():
        AuditRecord.objects.filter(pk=entry.pk)._raw_delete("default")
    assert verify().faults == ["1 records are missing that waited for their seal."]


def test_a_record_taken_out_of_its_seal_is_noticed(corp):
    entry = ring(corp, 2)[0]
    seal()
    SealedRecord.objects.filter(pk=entry.pk).delete()
    assert verify().faults == [
        "Seal 1 does not fit its records and the seal before it.",
        f"Record {entry.pk} was never sealed and does not wait for it.",
    ]


def test_a_record_kept_from_being_sealed_is_noticed(corp):
    entry = ring(corp)[0]
    UnsealedRecord.objects.all().delete()
    assert verify().faults == [f"Record {entry.pk} was never sealed and does not wait for it."]


def test_a_removed_seal_is_noticed(corp):
    for _turn in range(3):
        ring(corp)
        seal()
    Seal.objects.filter(position=2).delete()
    assert "The seals before seal 3 are missing." in verify().faults


def test_the_first_seals_cannot_simply_be_cut_off(corp):
    for _turn in range(2):
        ring(corp)
        seal()
    Seal.objects.filter(position=1).delete()
    assert "The seals before seal 2 are missing." in verify().faults


def test_a_seal_cannot_be_made_an_anchor_by_hand(corp):
    for _turn in range(2):
        ring(corp)
        seal()
    Seal.objects.filter(position=1).update(purged_at=timezone.now())
    assert verify().faults == ["Seal 1 was not made by this installation, or was changed."]


def test_a_chain_recomputed_without_the_key_is_noticed(corp, settings):
    ring(corp)
    settings.CODE_PEPPER = "what somebody guessed who has the database alone"
    seal()
    settings.CODE_PEPPER = "the real one, which is not kept in the database"
    assert verify().faults == ["Seal 1 was not made by this installation, or was changed."]


def test_a_trail_cut_short_is_noticed_by_whoever_noted_the_head(corp):
    ring(corp)
    seal()
    ring(corp)
    seal()
    head = verify().head
    Seal.objects.filter(position=2).delete()
    with unlocked():
        AuditRecord.objects.filter(sealed=None)._raw_delete("default")
    assert verify().holds
    assert verify(head).faults == [f"The seal {head} is not part of the chain any more."]


@pytest.mark.parametrize("head", ["nonsense", "1:", "-1:aa", "99:aa", "٣:aa"])
def test_a_head_that_never_was_is_not_found(corp, head):
    ring(corp)
    seal()
    assert verify(head).faults == [f"The seal {head} is not part of the chain any more."]


def test_erasing_a_person_leaves_the_chain_whole(corp, ada):
    entry = ring(corp, subject=ada)[0]
    seal()
    assert services.personal(entry, ada)["address"] == VISITOR.address
    erasure.erase(ada, actor=None, client=Client.nowhere())
    ada.refresh_from_db()
    assert services.personal(entry, ada) == {}
    assert verify().holds


def test_erasing_a_person_is_itself_an_event(corp, ada, administrator):
    erasure.erase(ada, actor=administrator, client=Client.nowhere())
    entry = AuditRecord.objects.get()
    assert (entry.kind, entry.subject_id, entry.actor_id) == (
        "audit.person_erased",
        ada.pk,
        administrator.pk,
    )
    assert bytes(entry.personal) == b""


def test_erasing_one_person_leaves_the_others_readable(corp, ada, ben):
    entry = ring(corp, subject=ben)[0]
    erasure.erase(ada, actor=None, client=Client.nowhere())
    ben.refresh_from_db()
    assert services.personal(entry, ben)["name"] == ben.user_principal_name


def test_a_seal_long_after_the_record_is_as_good(corp):
    ring(corp)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        seal()
        services.record(Rang(), directory=corp.pk, client=VISITOR)
        seal()
    assert verify().holds
