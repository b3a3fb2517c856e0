"""What people are told about their own account."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.models import AuditRecord, Outcome
from accounts.moments import told
from accounts.people.models import Source, User
from accounts.signin import lockout
from reports import queries
from reports.words import DEVICES, OUTCOMES, what_happened
from writeback import stores
from writeback.rules import in_words
from writeback.stores.base import State, StoreError

LATELY = 6
# Steps on the way to something else that is told anyway.
_NOT_TOLD = ("reset.step_shown", "signin.interrupted", "registration.code_sent")
_MARKS = {Outcome.SUCCEEDED: "is-ok", Outcome.FAILED: "is-warn", Outcome.BLOCKED: "is-bad"}


@dataclass(frozen=True, slots=True)
class PasswordFacts:
    """``days``: its age. ``expires_at``: what its store says; None: never, or nobody knows.

    ``known``: could the store be asked? ``rules``: what it asks of passwords, in words.
    """

    days: int | None
    known: bool
    expires_at: datetime | None
    expired: bool
    must_change: bool
    locked: bool
    locked_until: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a person's own activity. Who of the staff it was is nobody's business."""

    at: datetime
    text: str
    mark: str
    outcome: str
    device: str
    network: str
    by_staff: bool


def password_of(user: User) -> PasswordFacts:
    """Age and expiry, as far as the store of the password says; it may be asked over a network."""
    state = _state(user)
    expires = state.password_expires_at if state else None
    until = (state.locked_until if state else None) or lockout.locked_until(lockout.key_of(user))
    return PasswordFacts(
        days=_age(user, state),
        known=state is not None,
        expires_at=expires,
        expired=expires is not None and expires <= timezone.now(),
        must_change=user.must_change_password or bool(state and state.due),
        locked=bool(state and state.locked) or until is not None,
        locked_until=told(until, user.directory.time_zone) if until else "",
        rules=in_words(state.demands) if state else (),
    )


def lately(user: User) -> tuple[list[Happening], bool]:
    """The newest of what happened to a person, and whether there is more."""
    found = list(_own(user).order_by("-at", "-pk")[: LATELY + 1])
    return [_happening(entry, user) for entry in found[:LATELY]], len(found) > LATELY


def page_of_activity(
    user: User, older_than: str, newer_than: str
) -> tuple[list[Happening], str, str]:
    """A page of a person's own activity, and the marks of the newer and the older one."""
    page = queries.page(_own(user), older_than=older_than, newer_than=newer_than)
    return [_happening(entry, user) for entry in page.entries], page.newer, page.older


def _state(user: User) -> State | None:
    store = stores.for_user(user)
    try:
        return store.describe(user) if store else None
    except StoreError:
        return None


def _age(user: User, state: State | None) -> int | None:
    """Elsewhere they change without our knowing: there only the store can say."""
    there = state.password_changed_at if state else None
    changed = user.password_changed_at if user.source == Source.CLOUD else there
    return max(0, (timezone.now() - changed).days) if changed else None


def _own(user: User) -> queries.Records:
    records = AuditRecord.objects.in_directory(user.directory_id).filter(subject=user)
    return records.exclude(kind__in=_NOT_TOLD)


def _happening(entry: AuditRecord, user: User) -> Happening:
    facts = json.loads(bytes(entry.body)).get("facts", {})
    return Happening(
        at=entry.at,
        text=what_happened(entry.kind, facts, user.directory.time_zone),
        mark=_MARKS.get(Outcome(entry.outcome), ""),
        outcome=str(OUTCOMES[Outcome(entry.outcome)]) if entry.outcome != Outcome.NOTED else "",
        device=device_name(entry.device),
        network=entry.network,
        by_staff=entry.actor_id is not None and entry.actor_id != user.pk,
    )


def device_name(device: str) -> str:
    """What a device class is called."""
    return str(DEVICES.get(device) or _("Unknown device"))
