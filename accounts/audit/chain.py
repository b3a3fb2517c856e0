"""What a seal is computed over. Changing any of this breaks every chain there is."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from accounts.audit.models import AuditRecord, Seal
from accounts.crypto import fits, keyed_hash

GENESIS = bytes(32)
_LENGTH = 32  # bytes of a MAC


def fingerprint(entry: AuditRecord) -> bytes:
    """The SHA-256 of a record: every column, and the hashes of its body and personal data."""
    content = [
        entry.pk,
        entry.directory_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.kind,
        str(entry.outcome),
        entry.subject_id,
        entry.actor_id,
        entry.attempt.hex if entry.attempt else None,
        entry.method,
        entry.language,
        entry.device,
        entry.network,
        hashlib.sha256(bytes(entry.body)).hexdigest(),
        hashlib.sha256(bytes(entry.personal)).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).digest()


def link(previous: bytes, fingerprints: Iterable[bytes]) -> bytes:
    """The digest of a seal: of the seal before it, and of its records in order of their ids."""
    digest = hashlib.sha256(b"sspr-seal-1" + previous)
    for item in fingerprints:
        digest.update(item)
    return digest.digest()


def mac(seal: Seal) -> bytes:
    """What only a holder of the pepper can make, over all that a seal says."""
    return keyed_hash("audit-seal", *_said(seal))


def is_ours(seal: Seal) -> bool:
    """Was this seal made by this installation, and is it as it was made?"""
    return len(seal.mac) == _LENGTH and fits(bytes(seal.mac), "audit-seal", *_said(seal))


def _said(seal: Seal) -> tuple[str, ...]:
    return (
        str(seal.position),
        str(seal.count),
        seal.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
        bytes(seal.digest).hex(),
        seal.purged_at.astimezone(UTC).isoformat(timespec="microseconds") if seal.purged_at else "",
    )
