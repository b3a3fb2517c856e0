"""The trail as JSON lines, so that it can be kept, searched and checked elsewhere."""

import base64
import json
from collections.abc import Iterator
from typing import Any, Protocol

from accounts.audit.models import AuditRecord
from accounts.audit.verify import links
from accounts.tenancy import across_directories

_AT_ONCE = 2000


class Target(Protocol):
    """Where lines can be written."""

    def write(self, text: str, /) -> object: ...


def write(target: Target) -> int:
    """Write every record, then the seal that closes its batch; the unsealed tail comes last.

    Personal data leaves as it is stored, encrypted under each person's own key.
    """
    count = 0
    with across_directories("the chain runs through every directory"):
        for line in _lines():
            target.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += "body" in line
    return count


def _lines() -> Iterator[dict[str, Any]]:
    for item in links():
        position = item.seal.position
        yield from (_record(entry, position) for entry in item.entries.values())
        yield {
            "seal": position,
            "made_at": item.seal.made_at.isoformat(),
            "digest": bytes(item.seal.digest).hex(),
            "purged": item.seal.purged_at is not None,
        }
    last = 0
    while tail := list(_unsealed(last)):
        yield from (_record(entry, None) for entry in tail)
        last = tail[-1].pk


def _unsealed(after: int) -> list[AuditRecord]:
    waiting = AuditRecord.objects.filter(unsealed__record__gt=after)
    return list(waiting.order_by("unsealed__record")[:_AT_ONCE])


def _record(entry: AuditRecord, position: int | None) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "seal": position,
        "directory": entry.directory_id,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "outcome": entry.outcome,
        "subject": entry.subject_id,
        "actor": entry.actor_id,
        "attempt": str(entry.attempt) if entry.attempt else None,
        "method": entry.method,
        "language": entry.language,
        "device": entry.device,
        "network": entry.network,
        "body": bytes(entry.body).decode(),
        "personal": base64.b64encode(bytes(entry.personal)).decode(),
    }
