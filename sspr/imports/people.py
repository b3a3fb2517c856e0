"""Writing people down by the thousand: what ``accounts.people.registry`` does for one, in batches.

The same changes with the same events, in a number of statements that does not depend on how
many people there are. Every function is called in the transaction of a batch.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from accounts.audit.events import Event
from accounts.people import events, groups, passwords
from accounts.people.models import Directory, Group, Membership, RoleGrant, Source, User
from accounts.tenancy import across_directories
from registration import coverage
from sspr.imports import trail
from sspr.imports.rows import CREATED, KEY, UNCHANGED, UPDATED

if TYPE_CHECKING:
    from sspr.imports.users import Person

_OF_A_PASSWORD = {"password", "password_changed_at", "sessions_valid_from"}


@dataclass(slots=True)
class _Batch:
    """What is to be written for the people of one directory."""

    directory: Directory
    known: dict[str, User]
    now: datetime = field(default_factory=timezone.now)
    new: list[User] = field(default_factory=list)
    changed: dict[int, User] = field(default_factory=dict)  # by their keys
    columns: set[str] = field(default_factory=set)
    moved_out: list[int] = field(default_factory=list)  # passwords live elsewhere from now on
    noted: list[tuple[Event, User | None]] = field(default_factory=list)

    def mark(self, user: User, columns: Iterable[str]) -> None:
        """These columns of this person, known before, are to be saved."""
        self.changed[user.pk] = user
        self.columns.update(columns)


def write(directory: Directory, plans: list["Person"]) -> None:
    """Create and change people as the rows say, and set the rows' results."""
    batch = _Batch(directory, _locked(directory, [plan.key for plan in plans]))
    _refuse_taken(batch, plans)
    for plan in plans:
        if not plan.row.faults:
            _fill(batch, plan)
    good = [plan for plan in plans if not plan.row.faults]
    User.objects.bulk_create(batch.new)
    batch.known.update({user.upn_key: user for user in batch.new})
    _set_roles(batch, good)
    _set_groups(batch, good)
    _finish(batch, good)


def _locked(directory: Directory, keys: list[str]) -> dict[str, User]:
    """Those who are there already; nobody else changes them while the batch is written."""
    rows = User.objects.in_directory(directory).filter(upn_key__in=keys).order_by("pk")
    found = {user.upn_key: user for user in rows.select_for_update(no_key=True)}
    for user in found.values():
        user.directory = directory
    return found


def _refuse_taken(batch: _Batch, plans: list["Person"]) -> None:
    """Refuse user IDs and account names that are somebody else's."""
    new = [plan.key for plan in plans if plan.key not in batch.known]
    with across_directories("a user ID is somebody's only once"):
        taken = set(User.objects.filter(upn_key__in=new).values_list("upn_key", flat=True))
    wanted = {name for plan in plans if (name := plan.fields.get("account_name"))}
    held = User.objects.in_directory(batch.directory).filter(account_name__in=wanted)
    holders = dict(held.values_list("account_name", "upn_key"))
    for plan in plans:
        name = plan.fields.get("account_name")
        if plan.key in taken:
            plan.row.refuse(KEY, "somebody else has this user ID")
        elif name and holders.setdefault(name, plan.key) != plan.key:
            plan.row.refuse("account_name", "somebody else has this account name")


def _fill(batch: _Batch, plan: "Person") -> None:
    user = batch.known.get(plan.key)
    source = plan.fields.get("source", user.source if user else Source.CLOUD)
    if plan.password and source != Source.CLOUD:
        plan.row.refuse("password", "only people of the source cloud have one here")
    elif user is None:
        _create(batch, plan)
    else:
        _change(batch, plan, user)


def _create(batch: _Batch, plan: "Person") -> None:
    user = User(
        directory_id=batch.directory.pk,
        user_principal_name=plan.row.name,
        upn_key=plan.key,
        password=plan.encoded or _no_password(),
        password_changed_at=batch.now if plan.encoded else None,
        **{"display_name": plan.row.name.partition("@")[0], **plan.fields},
    )
    batch.new.append(user)
    batch.noted.append((events.PersonCreated(source=user.source), user))
    if plan.encoded:
        batch.noted.append((events.PasswordImported(), user))
    plan.row.result = CREATED


def _no_password() -> str:
    """What no password matches; as Django's, but with one call for randomness and not forty."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)


def _change(batch: _Batch, plan: "Person", user: User) -> None:
    changed = [name for name, value in plan.fields.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, plan.fields[name])
    told = sorted(name for name in changed if name != "enabled")
    if told:
        batch.noted.append((events.PersonChanged(fields=", ".join(told)), user))
    if "enabled" in changed:
        event = events.PersonEnabled() if user.enabled else events.PersonDisabled()
        batch.noted.append((event, user))
        if not user.enabled:
            user.sessions_valid_from = batch.now
            changed.append("sessions_valid_from")
    if "source" in changed and user.source != Source.CLOUD:
        user.password = _no_password()
        changed.append("password")
        batch.moved_out.append(user.pk)
    if plan.encoded:
        user.password = plan.encoded
        user.password_changed_at = user.sessions_valid_from = batch.now
        changed.extend(_OF_A_PASSWORD)
        batch.noted.append((events.PasswordImported(), user))
    if changed:
        batch.mark(user, changed)
    plan.row.result = UPDATED if changed else UNCHANGED


def _set_roles(batch: _Batch, plans: list["Person"]) -> None:
    """Give everybody exactly the roles of their row; whose roles change is signed out."""
    wanted = {batch.known[plan.key]: plan.roles for plan in plans if plan.roles is not None}
    grants = RoleGrant.objects.in_directory(batch.directory)
    held = defaultdict[int, dict[str, int]](dict)
    for grant in grants.filter(user__in=[user.pk for user in wanted]):
        held[grant.user_id][grant.role] = grant.pk
    gone, new = list[int](), list[RoleGrant]()
    for user, roles in wanted.items():
        has = held[user.pk]
        fresh, lost = sorted(roles - has.keys()), sorted(has.keys() - roles)
        new += [RoleGrant(directory=batch.directory, user=user, role=role) for role in fresh]
        gone += [has[role] for role in lost]
        batch.noted += [(events.RoleGranted(role=role), user) for role in fresh]
        batch.noted += [(events.RoleRevoked(role=role), user) for role in lost]
        if fresh or lost:
            user.sessions_valid_from = batch.now
            batch.mark(user, ["sessions_valid_from"])
    grants.filter(pk__in=gone).delete()
    RoleGrant.objects.bulk_create(new)


def _set_groups(batch: _Batch, plans: list["Person"]) -> None:
    """Make everybody a direct member of exactly the groups of their row."""
    wanted = {batch.known[plan.key]: plan.groups for plan in plans if plan.groups is not None}
    known = _groups(batch.directory, {name for names in wanted.values() for name in names})
    memberships = Membership.objects.in_directory(batch.directory)
    held = defaultdict[int, dict[str, int]](dict)
    mine = memberships.filter(user__in=[user.pk for user in wanted])
    for pk, user_pk, name in mine.values_list("pk", "user_id", "group__name"):
        held[user_pk][name] = pk
    gone, new = list[int](), list[Membership]()
    for user, names in wanted.items():
        has = held[user.pk]
        added, removed = sorted(names - has.keys()), sorted(has.keys() - names)
        new += [
            Membership(directory=batch.directory, user=user, group=known[name]) for name in added
        ]
        gone += [has[name] for name in removed]
        if added or removed:
            batch.noted.append((events.GroupsChanged(added=added, removed=removed), user))
            batch.mark(user, [])
    memberships.filter(pk__in=gone).delete()
    Membership.objects.bulk_create(new)


def _groups(directory: Directory, names: set[str]) -> dict[str, Group]:
    """The groups with these names, made where there are none yet."""
    rows = Group.objects.in_directory(directory).filter(name__in=names)
    found = {group.name: group for group in rows}
    for name in sorted(names - found.keys()):
        found[name] = groups.create(directory, name)
    return found


def _finish(batch: _Batch, plans: list["Person"]) -> None:
    """Save who was there before, write the trail, and find out who could get back in."""
    if batch.columns:
        User.objects.bulk_create(
            batch.changed.values(),
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted(batch.columns),
        )
    passwords.forget_former(batch.directory.pk, batch.moved_out)
    for plan in plans:
        if plan.row.result == UNCHANGED and batch.known[plan.key].pk in batch.changed:
            plan.row.result = UPDATED
    touched = [batch.known[plan.key] for plan in plans if plan.row.result != UNCHANGED]
    if touched:
        rows = [plan.row for plan in plans]
        trail.note(events.PeopleImported, rows, batch.noted, batch.directory)
        coverage.update_many(batch.directory, touched)
