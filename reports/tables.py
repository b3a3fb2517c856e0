"""One row of the activity report, the same on the page and in the file."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.audit.models import AuditRecord, Outcome
from accounts.audit.services import personal
from accounts.people.models import User
from accounts.reference import reference_of
from reports import words


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a reader sees it."""

    at: datetime
    kind: str
    person: str
    name: str
    what: str
    outcome: str
    badge: str
    icon: str
    method: str
    device: str
    network: str
    language: str
    attempt: uuid.UUID | None
    reference: str
    actor: str
    address: str
    note: str


COLUMNS = (
    "time",
    "user_principal_name",
    "display_name",
    "kind",
    "what_happened",
    "outcome",
    "method",
    "device",
    "language",
    "network",
    "reference",
    "actor",
)
PERSONAL_COLUMNS = ("address", "note")


def row(entry: AuditRecord, *, time_zone: str, addresses: bool) -> Row:
    """Put a record in words. ``addresses``: decrypt where the client came from, too, and what staff
    noted."""
    body: dict[str, Any] = json.loads(bytes(entry.body))
    outcome = Outcome(entry.outcome)
    badge, icon = words.BADGES[outcome]
    person, name = _person(entry.subject, body)
    readable = _personal(entry) if addresses else {}
    return Row(
        at=entry.at,
        kind=entry.kind,
        person=person,
        name=name,
        what=words.what_happened(entry.kind, body.get("facts", {}), time_zone),
        outcome=str(words.OUTCOMES[outcome]),
        badge=badge,
        icon=icon,
        method=words.method_name(entry.method) if entry.method else "",
        device=str(words.DEVICES.get(entry.device, "")),
        network=entry.network,
        language=entry.language,
        attempt=entry.attempt,
        reference=reference_of(entry.attempt or ""),
        actor=_actor(entry),
        address=readable.get("address", ""),
        note=readable.get("note", ""),
    )


def cells(shown: Row, *, addresses: bool) -> list[str]:
    """A row for the file, in the order of ``COLUMNS``; what is personal comes last."""
    values = [
        shown.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        shown.name,
        shown.person,
        shown.kind,
        shown.what,
        shown.outcome,
        shown.method,
        shown.device,
        shown.language,
        shown.network,
        shown.reference,
        shown.actor,
    ]
    return [*values, shown.address, shown.note] if addresses else values


def _person(subject: User | None, body: dict[str, Any]) -> tuple[str, str]:
    if subject is not None:
        return subject.display_name, subject.user_principal_name
    if "name" in body:
        return _("Nobody we know (%(tag)s)") % {"tag": body["name"]}, ""
    return "", ""


def _actor(entry: AuditRecord) -> str:
    if entry.actor is None or entry.actor_id == entry.subject_id:
        return ""
    return entry.actor.user_principal_name


def _personal(entry: AuditRecord) -> dict[str, str]:
    return personal(entry, entry.subject) if entry.subject else {}
