"""Writing factors down by the thousand; in the transaction of a batch."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import bulk
from accounts.audit.events import Event
from accounts.client import Client
from accounts.notices import Notice
from accounts.people.models import Directory, Role, RoleGrant, User
from accounts.people.roles import REACH
from accounts.policy.models import Policy
from registration import coverage, factors, methods
from registration.events import FactorImported, FactorsImported
from registration.models import Factor, FactorSource
from registration.telephony import kinds
from sspr.imports import trail
from sspr.imports.rows import CREATED, KEY, UNCHANGED, UPDATED

if TYPE_CHECKING:
    from sspr.imports.factors import Wanted


_OF_A_PERSON = ("directory", "upn_key", "user_principal_name", "audit_key", "enabled")


@dataclass(frozen=True, slots=True)
class _Known:
    """A factor that is there, or is about to be."""

    pk: int | None
    is_confirmed: bool


@dataclass(slots=True)
class _Batch:
    """What there is, and what is to be written, for the people of one directory."""

    directory: Directory
    people: dict[str, User]  # by their names' keys
    policies: dict[int, Policy | None]
    beyond_reach: set[int]
    held: dict[tuple[int, str], dict[str, _Known]]  # by whose and which, then by the address
    now: datetime = field(default_factory=timezone.now)
    new: list[bulk.Values] = field(default_factory=list)
    confirmed: dict[datetime, list[int]] = field(default_factory=lambda: defaultdict(list))
    noted: list[tuple[Event, User | None]] = field(default_factory=list)


def write(directory: Directory, plans: list["Wanted"], *, notify: bool) -> None:
    """Add the factors that are missing, and set the rows' results."""
    batch = _gather(directory, plans)
    for plan in plans:
        _decide(batch, plan)
    bulk.insert(Factor, batch.new)
    _save_confirmed(batch)
    _finish(batch, plans)
    if notify:
        _notify(batch)


def _gather(directory: Directory, plans: list["Wanted"]) -> _Batch:
    """Lock the people, as adding a factor in the portal does, and read what they have."""
    rows = User.objects.in_directory(directory).filter(upn_key__among={plan.key for plan in plans})
    rows = rows.select_for_update(no_key=True).order_by("pk").only(*_OF_A_PERSON)
    people = {user.upn_key: user for user in rows}
    keys = {user.pk for user in people.values()}
    staff = defaultdict[int, set[str]](set)
    grants = RoleGrant.objects.in_directory(directory).filter(user__pk__among=keys)
    for user_pk, role in grants.values_list("user_id", "role"):
        staff[user_pk].add(role)
    asks_policy = any(plan.confirmed or plan.number for plan in plans)
    return _Batch(
        directory,
        people,
        coverage.policies_of(directory, list(people.values())) if asks_policy else {},
        {user_pk for user_pk, roles in staff.items() if not roles <= REACH[Role.OPERATOR]},
        _held(directory, keys),
    )


def _held(directory: Directory, users: set[int]) -> dict[tuple[int, str], dict[str, _Known]]:
    held = defaultdict[tuple[int, str], dict[str, _Known]](dict)
    rows = Factor.objects.in_directory(directory).filter(user__pk__among=users)
    columns = ("user_id", "method", "address", "pk", "confirmed_at")
    for user, method, address, pk, confirmed_at in rows.values_list(*columns):
        held[user, method][address.casefold()] = _Known(pk, confirmed_at is not None)
    return held


def _decide(batch: _Batch, plan: "Wanted") -> None:
    user = batch.people.get(plan.key)
    if user is None:
        plan.row.refuse(KEY, "there is nobody with this user ID: import users first")
    elif user.pk in batch.beyond_reach:
        plan.row.refuse(KEY, "operators register for themselves: nobody has power over them")
    else:
        _add(batch, plan, user)


def _add(batch: _Batch, plan: "Wanted", user: User) -> None:
    mine = batch.held[user.pk, plan.method]
    known = mine.get(plan.address.casefold())
    if known is not None:
        _settle(batch, plan, user, known)
        return
    most = methods.get(plan.method).most
    if len(mine) >= most:
        plan.row.refuse("value", f"the person has {most} of these already: none is replaced")
        return
    if plan.number is not None:
        try:
            kinds.check(plan.number, plan.method, batch.policies[user.pk])
        except ValidationError as refusal:
            plan.row.refuse_for(refusal, "value")
            return
    batch.new.append(
        {
            "directory_id": batch.directory.pk,
            "user_id": user.pk,
            "method": plan.method,
            "label": plan.label,
            "address": plan.address,
            "source": FactorSource.IMPORT,
            "created_at": batch.now,
            "confirmed_at": batch.now if plan.confirmed else None,
            "usable_from": _rested(batch, user) if plan.confirmed else batch.now,
        }
    )
    mine[plan.address.casefold()] = _Known(None, plan.confirmed)
    _note(batch, plan, user, CREATED)


def _settle(batch: _Batch, plan: "Wanted", user: User, known: _Known) -> None:
    """The person has this address: only an operator's word for one not confirmed adds to it."""
    plan.row.result = UNCHANGED
    if plan.confirmed and known.pk and not known.is_confirmed:
        batch.confirmed[_rested(batch, user)].append(known.pk)
        _note(batch, plan, user, UPDATED)


def _note(batch: _Batch, plan: "Wanted", user: User, result: str) -> None:
    plan.row.result = result
    batch.noted.append((FactorImported(method=plan.method, confirmed=plan.confirmed), user))


def _rested(batch: _Batch, user: User) -> datetime:
    """The end of the rest that the person's policy gives to what counts from now on."""
    policy = batch.policies[user.pk]
    return batch.now + timedelta(hours=policy.factor_rest_hours if policy else 0)


def _save_confirmed(batch: _Batch) -> None:
    """One statement for everybody whose rest ends at the same moment."""
    for usable_from, keys in batch.confirmed.items():
        Factor.objects.in_directory(batch.directory).filter(pk__among=keys).update(
            confirmed_at=batch.now, usable_from=usable_from, source=FactorSource.IMPORT
        )


def _notify(batch: _Batch) -> None:
    """Tell people of what counts now; of what they have yet to confirm there is nothing to say."""
    touched = {user.pk: user for _event, user in batch.noted if user}
    count_now = Factor.objects.in_directory(batch.directory).filter(
        user__pk__among=touched, confirmed_at=batch.now
    )
    for factor in count_now.order_by("pk"):
        factor.user = touched[factor.user_id]
        factor.directory = factor.user.directory = batch.directory
        factors.tell(Notice.METHOD_ADDED, factor, Client.nowhere())


def _finish(batch: _Batch, plans: list["Wanted"]) -> None:
    if not batch.noted:
        return
    rows = [plan.row for plan in plans]
    trail.note(FactorsImported, rows, batch.noted, batch.directory)
    touched = {user.pk: user for _event, user in batch.noted if user}
    coverage.update_many(batch.directory, list(touched.values()))
