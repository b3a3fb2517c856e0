"""Recomputing the chain, in a stream: memory does not grow with the trail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Max, Min, OuterRef

from accounts.audit import chain
from accounts.audit.models import AuditRecord, Seal, SealedRecord, UnsealedRecord
from accounts.tenancy import across_directories

FAULTS_NAMED = 20
_RECORDS_AT_ONCE = 2000
_SEALS_AT_ONCE = 500
_IDS_AT_ONCE = 100_000


@dataclass(slots=True)
class Verdict:
    """What verification found. ``head`` names the last seal: note it elsewhere, and a trail that
    was cut short is noticed, too."""

    seals: int = 0
    records: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    head: str = ""
    begins_after: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults

    def blame(self, fault: str) -> None:
        if len(self.faults) < FAULTS_NAMED:
            self.faults.append(fault)


@dataclass(slots=True)
class Link:
    """A seal with what it should hold: pairs of record id and sealed digest, and the records."""

    seal: Seal
    sealed: list[tuple[int, bytes]]
    entries: dict[int, AuditRecord]


def verify(head: str = "") -> Verdict:
    """Check every seal, every record and the unsealed tail.

    ``head`` is a seal noted earlier (``POSITION:DIGEST``) that must still be part of the chain.
    """
    verdict = Verdict()
    position, digest = 0, chain.GENESIS
    with across_directories("the chain runs through every directory"):
        for item in links():
            _check_place(item.seal, position, verdict)
            if not item.seal.purged_at:
                _check_link(item, digest, verdict)
            position, digest = item.seal.position, bytes(item.seal.digest)
            verdict.head = name(item.seal)
            verdict.seals += 1
            verdict.records += len(item.entries)
        _check_tail(verdict)
        _check_strays(verdict)
    if head and not _is_link(head):
        verdict.blame(f"The seal {head} is not part of the chain any more.")
    return verdict


def name(seal: Seal) -> str:
    """A seal as it can be written down elsewhere: ``POSITION:DIGEST``."""
    return f"{seal.position}:{bytes(seal.digest).hex()}"


def links() -> Iterator[Link]:
    """Every seal in order, with its records."""
    position = 0
    every = Seal.objects.order_by("position")
    while seals := list(every.filter(position__gt=position)[:_SEALS_AT_ONCE]):
        for some in _portions(seals):
            yield from _filled(some)
        position = seals[-1].position


def _portions(seals: list[Seal]) -> Iterator[list[Seal]]:
    """Cut a run of seals so that no portion holds many records."""
    portion: list[Seal] = []
    held = 0
    for seal in seals:
        if portion and held + seal.count > _RECORDS_AT_ONCE:
            yield portion
            portion, held = [], 0
        portion.append(seal)
        held += seal.count
    yield portion


def _filled(seals: list[Seal]) -> Iterator[Link]:
    by_seal: dict[int, list[tuple[int, bytes]]] = {seal.pk: [] for seal in seals}
    rows = SealedRecord.objects.filter(seal__in=by_seal).order_by("record_id")
    for record_id, seal_id, digest in rows.values_list("record_id", "seal_id", "digest"):
        by_seal[seal_id].append((record_id, bytes(digest)))
    entries = AuditRecord.objects.filter(sealed__seal__in=by_seal).in_bulk()
    for seal in seals:
        sealed = by_seal[seal.pk]
        yield Link(seal, sealed, {pk: entries[pk] for pk, _digest in sealed if pk in entries})


def _check_place(seal: Seal, previous: int, verdict: Verdict) -> None:
    if not chain.is_ours(seal):
        verdict.blame(f"Seal {seal.position} was not made by this installation, or was changed.")
    if seal.purged_at and not previous:
        verdict.begins_after = seal.position
    elif seal.purged_at:
        verdict.blame(f"Seal {seal.position} claims to be the beginning, and is not.")
    elif seal.position != previous + 1:
        verdict.blame(f"The seals before seal {seal.position} are missing.")


def _check_link(item: Link, previous: bytes, verdict: Verdict) -> None:
    position = item.seal.position
    for pk, digest in item.sealed:
        entry = item.entries.get(pk)
        if entry is None:
            verdict.blame(f"Record {pk} of seal {position} is missing.")
        elif chain.fingerprint(entry) != digest:
            verdict.blame(f"Record {pk} of seal {position} was changed.")
    whole = chain.link(previous, (digest for _pk, digest in item.sealed))
    if whole != bytes(item.seal.digest) or len(item.sealed) != item.seal.count:
        verdict.blame(f"Seal {position} does not fit its records and the seal before it.")


def _check_tail(verdict: Verdict) -> None:
    """Each question is one statement: a sealer may be at work meanwhile."""
    verdict.unsealed = UnsealedRecord.objects.count()
    entries = AuditRecord.objects.filter(unsealed__isnull=False)
    verdict.oldest_unsealed = entries.aggregate(oldest=Min("at"))["oldest"]
    there = Exists(AuditRecord.objects.filter(pk=OuterRef("pk")))
    gone = UnsealedRecord.objects.filter(~there).count()
    if gone:
        verdict.blame(f"{gone} records are missing that waited for their seal.")


def _check_strays(verdict: Verdict) -> None:
    """Name records that are neither sealed nor waiting: somebody took them out of the chain."""
    ends = AuditRecord.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    for start in range(ends["first"], ends["last"] + 1, _IDS_AT_ONCE):
        strays = AuditRecord.objects.filter(
            pk__gte=start, pk__lt=start + _IDS_AT_ONCE, sealed=None, unsealed=None
        )
        for pk in strays.order_by("pk").values_list("pk", flat=True)[:FAULTS_NAMED]:
            verdict.blame(f"Record {pk} was never sealed and does not wait for it.")


def _is_link(head: str) -> bool:
    position, _colon, digest = head.partition(":")
    if not position.isdecimal():
        return False
    seal = Seal.objects.filter(position=int(position)).first()
    return seal is not None and bytes(seal.digest).hex() == digest
