"""Checking a directory: its agent examines it, and the portal adds what only the portal knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.client import Client
from accounts.people.models import Directory, StoreKind, User
from accounts.people.registry import Act
from writeback.agent.answers import Finding
from writeback.agent.doctor.findings import finding, heard, told
from writeback.doctor import way
from writeback.doctor.conditions import Condition, condition_of
from writeback.events import DirectoryChecked
from writeback.models import Diagnosis

ON_PREMISES = (StoreKind.ACTIVE_DIRECTORY, StoreKind.OPENLDAP)


@dataclass(frozen=True, slots=True)
class CheckUp:
    """What one check found."""

    findings: tuple[Finding, ...]
    checked_at: datetime

    @property
    def condition(self) -> Condition:
        return condition_of(self.findings)


def check(directory: Directory, act: Act) -> CheckUp:
    """Check the whole, and keep what was found; outside any transaction."""
    seen = CheckUp(tuple(_examined(directory, "")), timezone.now())
    kept = {
        "checked_at": seen.checked_at,
        "condition": seen.condition,
        "findings": [told(one) for one in seen.findings],
    }
    with transaction.atomic():
        before = Diagnosis.objects.in_directory(directory).first()
        Diagnosis.objects.update_or_create(directory=directory, defaults=kept)
        if act.actor or before is None or before.condition != seen.condition:
            act.note_for(DirectoryChecked(condition=seen.condition.value), directory)
    return seen


def check_one(directory: Directory, target: str) -> CheckUp:
    """Check one person, by user ID, or everybody in a unit, by its DN. Nothing is kept."""
    person = User.objects.in_directory(directory).named(target).first()
    known = person.anchor if person else ""
    return CheckUp(tuple(_examined(directory, known or target)), timezone.now())


def last(directory: Directory) -> CheckUp | None:
    """What the last check of the whole found; None before the first."""
    row = Diagnosis.objects.in_directory(directory).first()
    if row is None:
        return None
    return CheckUp(tuple(heard(one) for one in row.findings), row.checked_at)


def check_all() -> None:
    """Look after every directory whose passwords are elsewhere, one after the other."""
    for directory in Directory.objects.filter(store_kind__in=ON_PREMISES):
        check(directory, Act(Client.nowhere()))


def _examined(directory: Directory, target: str) -> Iterator[Finding]:
    for one in way.ask(directory, target):
        yield _judged(one, directory.lockout_threshold)


def _judged(one: Finding, ours: int) -> Finding:
    """Our lockout threshold belongs at half of the directory's or below: strangers who guess here
    must not lock accounts there."""
    if (one.subject, one.cause) != ("lockout", "read"):
        return one
    threshold = int(one.facts["threshold"])
    cause = "well" if 2 * ours <= threshold else "too_high"
    return finding("lockout", cause, ours=ours, threshold=threshold)
