"""Retention: what is old goes, and the rest still verifies."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.audit import purge as purging
from accounts.audit.models import AuditRecord, Seal
from accounts.audit.purge import purge, purgeable
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from accounts.client import Client
from tests.audit.happenings import ring


@pytest.fixture
def years(corp, other):
    """Three seals a day apart, two records in each."""
    for day in (1, 2, 3):
        with time_machine.travel(f"2026-01-0{day} 12:00:00+00:00", tick=False):
            ring(corp)
            ring(other)
            seal()
    return datetime(2026, 1, 3, tzinfo=UTC)


def test_what_was_sealed_before_the_day_goes(years):
    assert purge(years, client=Client.nowhere()) == 4
    assert AuditRecord.objects.filter(kind="test.rang").count() == 2


def test_the_rest_still_verifies_from_its_anchor(years):
    purge(years, client=Client.nowhere())
    seal()
    verdict = verify()
    assert verdict.faults == []
    assert verdict.begins_after == 2


def test_everything_can_be_purged_and_the_chain_goes_on(years):
    purge(timezone.now(), client=Client.nowhere())
    seal()
    assert verify().faults == []
    assert AuditRecord.objects.filter(kind="test.rang").count() == 0


def test_purging_again_deletes_nothing_more(years):
    purge(years, client=Client.nowhere())
    assert purge(years, client=Client.nowhere()) == 0


def test_purging_in_portions_comes_to_the_same(years, monkeypatch):
    monkeypatch.setattr(purging, "_SEALS_AT_ONCE", 1)
    assert purge(years, client=Client.nowhere()) == 4
    assert verify().faults == []
    assert Seal.objects.order_by("position")[0].position == 2


def test_a_portion_is_bounded_by_its_records(years, monkeypatch):
    monkeypatch.setattr(purging, "_RECORDS_AT_ONCE", 1)
    assert purge(years, client=Client.nowhere()) == 4
    assert AuditRecord.objects.filter(kind="audit.purged").count() == 4


def test_each_directory_learns_what_was_purged(years, corp, other):
    purge(years, client=Client.nowhere())
    for directory in (corp, other):
        entry = AuditRecord.objects.in_directory(directory).get(kind="audit.purged")
        assert b'"facts":{"records":2,"through":2}' in bytes(entry.body)


def test_what_is_not_sealed_stays(corp):
    with time_machine.travel("2026-01-01 12:00:00+00:00", tick=False):
        ring(corp)
    assert purge(timezone.now(), client=Client.nowhere()) == 0
    assert AuditRecord.objects.count() == 1


def test_a_plan_deletes_nothing(years):
    plan = purgeable(years)
    assert (plan.seals, plan.records) == (2, 4)
    assert AuditRecord.objects.count() == 6


def test_tampering_is_found_after_a_purge_too(years):
    purge(years, client=Client.nowhere())
    Seal.objects.filter(purged_at__isnull=False).update(digest=b"x" * 32)
    faults = verify().faults
    assert "Seal 2 was not made by this installation, or was changed." in faults
    assert "Seal 3 does not fit its records and the seal before it." in faults


def test_nothing_is_sealed_before_it_was_written(years):
    assert purge(years - timedelta(days=30), client=Client.nowhere()) == 0
