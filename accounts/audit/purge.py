"""Retention: the one way a record leaves the trail.

The oldest seals go with their records, a portion per transaction. The last seal of a portion
stays, emptied and signed anew, as the anchor that the rest of the chain hangs on; so the trail
verifies after every portion, and what was purged is itself an event.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.audit import chain, services
from accounts.audit.models import AuditRecord, Seal, SealedRecord
from accounts.audit.seal import lock_chain
from accounts.audit.upkeep import Purged
from accounts.client import Client
from accounts.tenancy import across_directories

_SEALS_AT_ONCE = 500
_RECORDS_AT_ONCE = 20_000


class ChainBusy(Exception):
    """Somebody else works on the chain just now."""


@dataclass(frozen=True, slots=True)
class Purgeable:
    """What a purge would take: seals up to a position, and their records."""

    seals: int
    records: int


def purgeable(before: datetime) -> Purgeable:
    """What was sealed before that time."""
    old = Seal.objects.filter(made_at__lt=before, purged_at=None)
    total = old.aggregate(seals=Count("pk"), records=Sum("count"))
    return Purgeable(total["seals"], total["records"] or 0)


def purge(before: datetime, *, client: Client) -> int:
    """Delete the records that were sealed before that time; returns how many."""
    total = 0
    while (removed := _purge_portion(before, client)) is not None:
        total += removed
    return total


@contextmanager
def unlocked() -> Iterator[None]:
    """The documented way past the triggers that keep the trail append-only; see migration 0003.

    It opens DELETE only, for this connection only, and shuts with the block.
    """
    opening, shutting = {
        "postgresql": ("SET LOCAL sspr.purge = 'on'", "SET LOCAL sspr.purge = 'off'"),
        "sqlite": ("INSERT INTO accounts_auditpurge VALUES (1)", "DELETE FROM accounts_auditpurge"),
    }[connection.vendor]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(opening)
        yield
        cursor.execute(shutting)


@transaction.atomic
def _purge_portion(before: datetime, client: Client) -> int | None:
    if not lock_chain():
        raise ChainBusy
    old = _oldest(before)
    if not old:
        return None
    taken = [seal.pk for seal in old]
    removed = _by_directory(taken)
    with unlocked(), connection.cursor() as cursor:
        cursor.execute(*_deletion(taken))
    SealedRecord.objects.filter(seal__in=taken).delete()
    _make_anchor(old[-1])
    Seal.objects.filter(position__lt=old[-1].position).delete()
    for directory, count in removed.items():
        event = Purged(records=count, through=old[-1].position)
        services.record(event, directory=directory, client=client)
    return sum(removed.values())


def _oldest(before: datetime) -> list[Seal]:
    """The seals of the next portion: without a gap from the beginning, and not too many records."""
    found: list[Seal] = []
    held = 0
    for seal in Seal.objects.filter(purged_at=None).order_by("position")[:_SEALS_AT_ONCE]:
        held += seal.count
        if seal.made_at >= before or (found and held > _RECORDS_AT_ONCE):
            break
        found.append(seal)
    return found


def _by_directory(seals: list[int]) -> Counter[int]:
    with across_directories("a purge takes the oldest records of every directory"):
        entries = AuditRecord.objects.filter(sealed__seal__in=seals).order_by()
        counts = entries.values_list("directory").annotate(Count("pk"))
        return Counter(dict(counts))


def _deletion(seals: list[int]) -> tuple[str, list[int]]:
    """One statement, because Django would fetch every row before it deletes it."""
    holes = ", ".join(["%s"] * len(seals))
    statement = (
        "DELETE FROM accounts_auditrecord WHERE id IN "  # noqa: S608  placeholders only
        f"(SELECT record_id FROM accounts_sealedrecord WHERE seal_id IN ({holes}))"
    )
    return statement, seals


def _make_anchor(seal: Seal) -> None:
    seal.purged_at = timezone.now()
    seal.mac = chain.mac(seal)
    seal.save(update_fields=["purged_at", "mac"])
