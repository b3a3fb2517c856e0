"""Writing the trail down."""

import json
import uuid
from collections.abc import Iterable
from typing import Any, Protocol

from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from accounts import bulk
from accounts.audit.events import Event
from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.crypto import keyed_hash
from accounts.prepared import insert


class Person(Protocol):
    """Whom an event is about, or who did it."""

    pk: Any
    directory_id: int
    audit_key: Any

    @property
    def user_principal_name(self) -> str: ...


_NO_KEY = bytes(SecretBox.KEY_SIZE)
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(content: dict[str, Any]) -> bytes:
    """One byte string for one content: sorted keys, no blanks, UTF-8."""
    return _JSON.encode(content).encode()


def name_tag(name_key: bytes) -> str:
    """What is kept of a name that is nobody's: enough to see it again, too little to read it."""
    return keyed_hash("audit-name", bytes(name_key).hex()).hex()[:12]


def record(
    event: Event,
    *,
    directory: int,
    client: Client,
    subject: Person | None = None,
    actor: Person | None = None,
    attempt: uuid.UUID | None = None,
    name_key: bytes = b"",
    note: str = "",
) -> AuditRecord:
    """Insert an event, in the transaction of the change that it describes.

    ``subject`` is whom it happened to, ``actor`` who did it (the subject, when not given).
    ``name_key`` identifies a subject that is nobody. ``note`` is what staff wrote about it: free
    words, so it is kept with the subject's personal data and goes with them.
    """
    columns = _columns(event, directory, client, subject, actor, attempt, name_key, note)
    entry = AuditRecord(**columns)
    insert(entry)
    return entry


def record_many(
    happened: Iterable[tuple[Event, Person | None]],
    *,
    directory: int,
    client: Client,
    actor: Person | None = None,
) -> int:
    """Insert many events, each with whom it happened to, as ``record`` does; returns how many."""
    entries = [
        _columns(event, directory, client, subject, actor, None, b"") for event, subject in happened
    ]
    bulk.insert(AuditRecord, entries)
    return len(entries)


def _columns(
    event: Event,
    directory: int,
    client: Client,
    subject: Person | None,
    actor: Person | None,
    attempt: uuid.UUID | None,
    name_key: bytes,
    note: str = "",
) -> dict[str, Any]:
    facts, doer = event.facts(), actor or subject
    columns = {
        "directory_id": directory,
        "at": timezone.now(),
        "kind": event.kind,
        "outcome": event.outcome,
        "subject_id": subject.pk if subject else None,
        "actor_id": doer.pk if doer else None,
        "attempt": attempt,
        "method": str(facts.get("method", ""))[:30],
        "language": client.language,
        "device": client.device,
        "network": client.network,
        "personal": _personal(subject, client, note),
    }
    if name_key and subject is None:
        _sealed(_NO_KEY, "", client, note)  # costs what somebody's does (I9)
    tag = name_tag(name_key) if name_key else ""
    shown = tag if subject is None else ""
    return {**columns, "body": canonical(_content(columns, facts, client.request_id, shown))}


def personal(entry: AuditRecord, subject: Person) -> dict[str, str]:
    """The personal data of an entry; empty once the person's key was erased."""
    if not entry.personal or not subject.audit_key:
        return {}
    try:
        plain = SecretBox(bytes(subject.audit_key)).decrypt(bytes(entry.personal))
    except CryptoError:
        return {}
    found: dict[str, str] = json.loads(plain)
    return found


def _content(
    columns: dict[str, Any], facts: dict[str, Any], request: str, name: str
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "v": 1,
        "at": columns["at"].isoformat(),
        "kind": columns["kind"],
        "facts": facts,
        "directory": columns["directory_id"],
        "subject": columns["subject_id"],
        "actor": columns["actor_id"],
        "attempt": str(columns["attempt"]) if columns["attempt"] else None,
        "network": columns["network"],
        "device": columns["device"],
        "request": request,
    }
    return {**content, "name": name} if name else content


def _personal(subject: Person | None, client: Client, note: str) -> bytes:
    if subject is None or not subject.audit_key:
        return b""
    return _sealed(bytes(subject.audit_key), subject.user_principal_name, client, note)


def _sealed(key: bytes, name: str, client: Client, note: str) -> bytes:
    content = {
        "name": name,
        "address": client.address,
        "agent": client.user_agent[:200],
    }
    content |= {"note": note} if note else {}
    return bytes(SecretBox(key).encrypt(canonical(content)))
