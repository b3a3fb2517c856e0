"""The database keeps the trail as it was written."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit.models import AuditRecord, UnsealedRecord
from accounts.audit.purge import unlocked
from tests.audit.happenings import counts, ring

COLUMNS = [field.column for field in AuditRecord._meta.concrete_fields if not field.primary_key]


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_record_can_be_updated(corp, column):
    ring(corp)
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_auditrecord SET {column} = {column}")  # noqa: S608


def test_saving_a_record_again_is_refused(corp):
    entry = ring(corp)[0]
    entry.kind = "test.other"
    with pytest.raises(IntegrityError, match="append-only"):
        entry.save()


def test_a_record_cannot_be_deleted(corp):
    entry = ring(corp)[0]
    with pytest.raises(IntegrityError, match="append-only"):
        entry.delete()


def test_the_whole_trail_cannot_be_deleted(corp):
    ring(corp, 3)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditRecord.objects.all()._raw_delete("default")
    assert counts()[0] == 3


def test_a_record_cannot_take_the_place_of_another(corp):
    entry = ring(corp)[0]
    with pytest.raises(IntegrityError):
        AuditRecord.objects.create(
            pk=entry.pk, directory=corp, at=entry.at, kind="test.other", outcome="noted", body=b"{}"
        )


def test_the_bypass_opens_deleting(corp):
    ring(corp, 2)
    with unlocked():
        AuditRecord.objects.all()._raw_delete("default")
    assert counts()[0] == 0


def test_the_bypass_does_not_open_updating(corp):
    ring(corp)
    with pytest.raises(IntegrityError, match="append-only"), unlocked():
        AuditRecord.objects.update(kind="test.other")


def test_the_bypass_shuts_with_its_block(corp):
    ring(corp)
    with unlocked():
        pass
    with pytest.raises(IntegrityError, match="append-only"):
        AuditRecord.objects.all()._raw_delete("default")


def test_the_bypass_shuts_when_its_block_fails(corp):
    ring(corp)
    with pytest.raises(LookupError), unlocked():
        raise LookupError
    with pytest.raises(IntegrityError, match="append-only"):
        AuditRecord.objects.all()._raw_delete("default")


def test_a_record_waits_for_its_seal_from_the_moment_it_is_written(corp):
    entry = ring(corp)[0]
    assert list(UnsealedRecord.objects.values_list("pk", flat=True)) == [entry.pk]


def test_a_record_that_was_rolled_back_waits_for_nothing(corp):
    with transaction.atomic():
        ring(corp)
        transaction.set_rollback(True)
    assert counts() == (0, 0, 0, 0)


@pytest.mark.postgres
def test_the_trail_cannot_be_truncated(corp):
    ring(corp)
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE accounts_auditrecord CASCADE")
