"""Sealing: chaining committed records, a few seconds after they were written.

What waits is a queue that a database trigger fills, so a run costs what is new, however long the
trail has grown.
"""

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import chain
from accounts.audit.models import AuditRecord, Seal, SealedRecord, UnsealedRecord
from accounts.tenancy import across_directories

BATCH = 500  # records in one seal at most
_LOCK = 0x5EA1  # PostgreSQL: the advisory lock of whoever works on the chain


def seal() -> int:
    """Seal what was committed since the last run; returns how many records."""
    total = 0
    while UnsealedRecord.objects.exists():
        sealed = seal_batch()
        total += sealed
        if sealed < BATCH:
            break
    return total


@transaction.atomic
def seal_batch() -> int:
    """Make one seal over the oldest waiting records. Nothing to do when another sealer works."""
    if not lock_chain():
        return 0
    with across_directories("the chain runs through every directory"):
        waiting = AuditRecord.objects.filter(unsealed__isnull=False).order_by("unsealed__record")
        entries = list(waiting[:BATCH])
    if not entries:
        return 0
    digests = [chain.fingerprint(entry) for entry in entries]
    made = _next_seal(digests)
    SealedRecord.objects.bulk_create(
        SealedRecord(record_id=entry.pk, seal=made, digest=digest)
        for entry, digest in zip(entries, digests, strict=True)
    )
    UnsealedRecord.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return len(entries)


def lock_chain() -> bool:
    """Be the only one who works on the chain until the transaction ends, if nobody is yet.

    SQLite has one writer anyway: its transactions begin with the write lock.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _next_seal(digests: list[bytes]) -> Seal:
    last = Seal.objects.order_by("-position").first()
    made = Seal(
        position=last.position + 1 if last else 1,
        made_at=timezone.now(),
        count=len(digests),
        digest=chain.link(bytes(last.digest) if last else chain.GENESIS, digests),
    )
    made.mac = chain.mac(made)
    made.save(force_insert=True)
    return made
