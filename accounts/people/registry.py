"""Keeping people: every way to create or change an account goes through here.

The admin site and the commands call these; each change and its event are one transaction. An
import does the same for a thousand people at once (``sspr.imports.people``). Who may do what is
decided by the caller, with ``accounts.people.roles``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.outbox import services as outbox
from accounts.people import events, groups, names, passwords
from accounts.people.models import Directory, Domain, Group, RoleGrant, Source, User
from accounts.tenancy import across_directories

_NOT_ENTERED = ("password", "upn_key", "audit_key", "groups")


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, and from where. No actor: a command on the server."""

    client: Client
    actor: User | None = None

    def note(self, event: Event, subject: User) -> None:
        """Write down what happened to a person."""
        record(
            event,
            directory=subject.directory_id,
            client=self.client,
            subject=subject,
            actor=self.actor,
        )

    def note_for(self, event: Event, directory: Directory | int) -> None:
        """Write down what happened in a directory."""
        key = directory if isinstance(directory, int) else directory.pk
        record(event, directory=key, client=self.client, actor=self.actor)


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting before and after."""

    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.field}: {said(self.old)} -> {said(self.new)}"


def said(value: Any) -> str:
    """A value in a sentence. A picture is told by its size."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes" if value else "nothing"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    if value is None or value == "":
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def check(user: User) -> None:
    """Raise ValidationError with everything that is wrong about a person, by field."""
    user.upn_key = names.key(user.user_principal_name)
    user.account_name = names.key(user.account_name)
    user.full_clean(exclude=_NOT_ENTERED, validate_unique=False, validate_constraints=False)
    _local, _at, domain = user.user_principal_name.rpartition("@")
    mine = Domain.objects.filter(directory_id=user.directory_id, name=domain.lower())
    if not mine.exists():
        _refuse("user_principal_name", _("%(domain)s is not a domain of this directory."), domain)
    with across_directories("a user ID is somebody's only once"):
        taken = User.objects.filter(upn_key=user.upn_key).exclude(pk=user.pk).exists()
    if taken:
        _refuse("user_principal_name", _("Somebody else has this user ID."))
    if user.account_name and _account_taken(user):
        _refuse("account_name", _("Somebody else has this account name."))


@transaction.atomic
def create(user: User, act: Act) -> User:
    """Save a checked new person; without a password until they are given one."""
    if not user.password:
        user.set_unusable_password()
    user.save(force_insert=True)
    act.note(events.PersonCreated(source=user.source), user)
    return user


@transaction.atomic
def change(user: User, fields: Iterable[str], act: Act) -> None:
    """Save the named fields of a checked person; disabling ends their sessions."""
    changed = sorted(fields)
    if not changed:
        return
    told = [name for name in changed if name not in {"enabled", "password"}]
    if "enabled" in changed and not user.enabled:
        user.sessions_valid_from = timezone.now()
    saved = {*changed, "upn_key", "sessions_valid_from"}
    if "source" in changed and user.source != Source.CLOUD:
        passwords.forget(user)
        saved.add("password")
    user.save(update_fields=saved)
    if told:
        act.note(events.PersonChanged(fields=", ".join(told)), user)
    if "enabled" in changed:
        act.note(events.PersonEnabled() if user.enabled else events.PersonDisabled(), user)


@transaction.atomic
def set_roles(user: User, wanted: Iterable[str], act: Act) -> bool:
    """Grant and revoke until the person holds exactly these roles; was anything to do?"""
    held, wanted = user.roles, frozenset(wanted)
    for role in sorted(wanted - held):
        RoleGrant.objects.create(directory_id=user.directory_id, user=user, role=role)
        act.note(events.RoleGranted(role=role), user)
    for role in sorted(held - wanted):
        RoleGrant.objects.in_directory(user.directory_id).filter(user=user, role=role).delete()
        act.note(events.RoleRevoked(role=role), user)
    if held != wanted:
        user.__dict__.pop("_roles", None)
        user.sessions_valid_from = timezone.now()
        user.save(update_fields=["sessions_valid_from"])
    return held != wanted


@transaction.atomic
def set_groups(user: User, wanted: Iterable[Group], act: Act) -> bool:
    """Make the person a direct member of exactly these groups; was anything to do?"""
    wanted = list(wanted)
    rows = Group.objects.in_directory(user.directory_id).filter(membership__user=user)
    held = list(rows)
    added = [group for group in wanted if group not in held and groups.add_member(group, user)]
    removed = [group for group in held if group not in wanted and groups.remove_member(group, user)]
    if added or removed:
        event = events.GroupsChanged(
            added=sorted(group.name for group in added),
            removed=sorted(group.name for group in removed),
        )
        act.note(event, user)
    return bool(added or removed)


def recount(directory: Directory | int) -> None:
    """Have it found out again who could get back in: groups, roles or policies changed."""
    key = directory if isinstance(directory, int) else directory.pk
    outbox.send("coverage", {"directory": key}, directory=key, expires_in=timedelta(days=1))


def differences(old: Any, new: Any, fields: Iterable[str]) -> list[Difference]:
    """The settings in which two rows differ; ``old`` is None for something new."""
    pairs = (Difference(name, getattr(old, name, None), getattr(new, name)) for name in fields)
    return [pair for pair in pairs if pair.old != pair.new]


def _account_taken(user: User) -> bool:
    people = User.objects.in_directory(user.directory_id).filter(account_name=user.account_name)
    return people.exclude(pk=user.pk).exists()


def _refuse(field: str, message: str, domain: str = "") -> None:
    raise ValidationError({field: ValidationError(message, "taken", {"domain": domain})})
