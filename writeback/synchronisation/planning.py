"""What a batch of records would change; nothing is written here.

People are known by their anchors alone: a new name or another place is a change, never somebody
new. Somebody new never gets what belonged to another under the same name, proofs least of all.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.audit.events import Event
from accounts.people import events as people_events
from accounts.people import names
from accounts.people.models import Directory, Source, User
from writeback.synchronisation import events
from writeback.synchronisation.models import Absence, AbsenceKind, Fault
from writeback.synchronisation.pages import Record
from writeback.synchronisation.standing import Standing, account_of

LONGEST_DISPLAY, LONGEST_PHONE, LONGEST_LOCAL, LONGEST_NAME = 120, 40, 40, 254
_MAILBOXES = {"mail", "alternate_email"}


@dataclass(slots=True)
class Plan:
    """``kept_out``: names and faults by anchor; ``waiting``: those to look at once more when all
    was read, because their names may be free by then; ``lines``: each change in words."""

    directory: Directory
    now: datetime = field(default_factory=timezone.now)
    new: list[User] = field(default_factory=list)
    changed: dict[int, User] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    aside: list[User] = field(default_factory=list)
    contacts: list[User] = field(default_factory=list)
    absent: list[Absence] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    noted: list[tuple[Event, User | None]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    waiting: list[Record] = field(default_factory=list)
    kept_out: dict[str, tuple[str, str]] = field(default_factory=dict)
    let_in: list[str] = field(default_factory=list)

    def mark(self, user: User, columns: Sequence[str]) -> None:
        """These columns of somebody who was here before are to be saved."""
        self.changed[user.pk] = user
        self.columns.update(columns)

    def keep_out(self, record: Record, fault: str) -> None:
        name = record.name or record.account or record.anchor
        self.kept_out[record.anchor] = (name[:LONGEST_NAME], fault)
        self.counts["quarantined"] += 1
        self.lines.append(f"! {name}: {Fault(fault).label}")


def plan(here: Standing, domains: frozenset[str], records: Sequence[Record], *, last: bool) -> Plan:
    """What these records would change. ``last``: whose name is taken waits no longer."""
    made = Plan(here.directory)
    for record in records:
        _decide(made, here, record, _fault(record, domains), last=last)
    return made


def _decide(made: Plan, here: Standing, record: Record, fault: str, *, last: bool) -> None:
    user = here.known.get(record.anchor)
    if user is not None and user.source == Source.CLOUD:  # was given a password here since
        made.counts["unchanged"] += 1
        return
    if not fault:
        user, is_free = _claimed(made, here, record, user)
        if not is_free and not last:
            made.waiting.append(record)
            return
        fault = "" if is_free else Fault.TAKEN
    if fault:
        made.keep_out(record, fault)
    else:
        made.let_in.append(record.anchor)
    if user is not None:
        _change(made, here, record, user, named=not fault)
    elif not fault:
        _create(made, here, record)


def _claimed(
    made: Plan, here: Standing, record: Record, user: User | None
) -> tuple[User | None, bool]:
    """Whom the record is about, and whether they can have its name."""
    key = names.key(record.name)
    if key in here.elsewhere:
        return user, False
    holder = here.holders.get(key)
    if holder is None or holder is user:
        return user, True
    if user is None and _may_be_linked(holder):
        return _linked(made, here, record, holder), True
    if here.is_gone(holder):
        _set_aside(made, here, holder)
        return user, True
    return user, False


def _may_be_linked(holder: User) -> bool:
    """Was this person imported as one of the directory server's, and not found there yet?"""
    return not holder.anchor and holder.source != Source.CLOUD


def _linked(made: Plan, here: Standing, record: Record, user: User) -> User:
    user.anchor = record.anchor
    here.known[record.anchor] = user
    made.mark(user, ["anchor"])
    made.noted.append((events.PersonLinked(), user))
    made.counts["linked"] += 1
    made.lines.append(f"= {user.user_principal_name}: linked")
    return user


def _set_aside(made: Plan, here: Standing, user: User) -> None:
    """Somebody gone gives up the name that somebody new has: it is not the same person."""
    local, _at, domain = user.user_principal_name.rpartition("@")
    unique = user.anchor.replace("-", "")[:12]
    del here.holders[user.upn_key]
    made.lines.append(f"~ {user.user_principal_name}: gives up the name")
    user.user_principal_name = f"{local[:LONGEST_LOCAL]}#gone-{unique}@{domain}"
    user.upn_key = names.key(user.user_principal_name)
    made.aside.append(user)
    made.noted.append((events.NameSetAside(), user))


def _create(made: Plan, here: Standing, record: Record) -> None:
    user = User(
        directory_id=here.directory.pk,
        user_principal_name=record.name,
        upn_key=names.key(record.name),
        anchor=record.anchor,
        source=Source.SYNCHRONIZED,
        password=UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30),
        enabled=record.enabled,
        **_fields(here, record, None),
    )
    here.holders[user.upn_key] = here.known[record.anchor] = user
    made.new.append(user)
    made.contacts.append(user)
    made.noted.append((people_events.PersonCreated(source=user.source), user))
    if not record.enabled:
        made.absent.append(_absence(made, user, AbsenceKind.DISABLED))
    made.counts["created"] += 1
    made.lines.append(f"+ {record.name}")


def _change(made: Plan, here: Standing, record: Record, user: User, *, named: bool) -> None:
    wanted = _fields(here, record, user)
    if named:
        wanted["user_principal_name"] = record.name
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    if "user_principal_name" in changed:
        here.holders.pop(user.upn_key, None)
        user.upn_key = names.key(record.name)
        here.holders[user.upn_key] = user
    if changed:
        made.mark(user, [*changed, "upn_key"])
        told = ", ".join(sorted(changed))
        made.noted.append((people_events.PersonChanged(fields=told), user))
        made.lines.append(f"~ {user.user_principal_name}: {told}")
    if record.contacts.keys() & set(changed):
        made.contacts.append(user)
    switched = _switch(made, here, record, user)
    made.counts["changed" if changed or switched else "unchanged"] += 1


def _switch(made: Plan, here: Standing, record: Record, user: User) -> bool:
    """Enabled as in the directory server, but for whom staff disabled; was anything to do?"""
    absence = here.absences.get(user.pk)
    if record.enabled:
        return absence is not None and _restore(made, here, absence, user)
    if absence is not None and absence.kind == AbsenceKind.GONE:
        absence.kind, absence.since = AbsenceKind.DISABLED, made.now
        made.absent.append(absence)
        made.noted.append((events.PersonBack(), user))
    elif not user.enabled:
        return False
    elif absence is None:
        made.absent.append(_absence(made, user, AbsenceKind.DISABLED))
    if user.enabled:
        _set_enabled(made, user, enabled=False)
    return True


def _restore(made: Plan, here: Standing, absence: Absence, user: User) -> bool:
    del here.absences[user.pk]
    made.back.append(user.pk)
    if absence.kind == AbsenceKind.GONE:
        made.noted.append((events.PersonBack(), user))
        made.counts["returned"] += 1
    if absence.restores and not user.enabled:
        _set_enabled(made, user, enabled=True)
    return True


def _set_enabled(made: Plan, user: User, *, enabled: bool) -> None:
    user.enabled = enabled
    if not enabled:
        user.sessions_valid_from = made.now
    made.mark(user, ["enabled", "sessions_valid_from"])
    event = people_events.PersonEnabled() if enabled else people_events.PersonDisabled()
    made.noted.append((event, user))
    made.counts["enabled" if enabled else "disabled"] += 1
    made.lines.append(f"~ {user.user_principal_name}: {'enabled' if enabled else 'disabled'}")


def _absence(made: Plan, user: User, kind: AbsenceKind) -> Absence:
    return Absence(directory=made.directory, user=user, kind=kind, since=made.now)


def _fields(here: Standing, record: Record, user: User | None) -> dict[str, Any]:
    """What a record says about the columns of a person, as they are kept."""
    usual = user.display_name if user else record.name.partition("@")[0]
    found: dict[str, Any] = {"display_name": (record.display or usual)[:LONGEST_DISPLAY]}
    for name, text in record.contacts.items():
        found[name] = _mailbox(text) if name in _MAILBOXES else _telephone(text)
    account = account_of(record)
    mine = user.pk if user else record.anchor
    if account and here.accounts.setdefault(account, mine) == mine:
        found["account_name"] = account
    return found


def _mailbox(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= LONGEST_NAME else ""


def _telephone(text: str) -> str:
    return text if len(text) <= LONGEST_PHONE else ""


def _fault(record: Record, domains: frozenset[str]) -> str:
    """Why nobody here can have this name; empty for none."""
    if not record.name:
        return Fault.NO_NAME
    try:
        names.validate_upn(record.name)
    except ValidationError:
        return Fault.UNUSABLE
    return "" if record.name.rpartition("@")[2].lower() in domains else Fault.DOMAIN
