"""Writing factors down by the thousand; in the transaction of a batch."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.audit.events import Event
from accounts.audit.services import record_many
from accounts.client import Client
from accounts.notices import Notice
from accounts.people.models import Directory, Role, RoleGrant, User
from accounts.people.roles import REACH
from accounts.policy.models import Policy
from registration import coverage, factors, methods
from registration.events import FactorImported, FactorsImported
from registration.models import Factor, FactorSource
from registration.telephony import kinds
from sspr.imports.rows import CREATED, KEY, UNCHANGED, UPDATED

if TYPE_CHECKING:
    from sspr.imports.factors import Wanted


_OF_A_PERSON = ("directory", "upn_key", "user_principal_name", "audit_key", "enabled")


@dataclass(slots=True)
class _Batch:
    """What there is, and what is to be written, for the people of one directory."""

    directory: Directory
    people: dict[str, User]  # by their names' keys
    by_key: dict[int, User]
    policies: dict[int, Policy | None]
    beyond_reach: set[int]
    held: dict[tuple[int, str], dict[str, Factor]]
    now: datetime = field(default_factory=timezone.now)
    new: list[Factor] = field(default_factory=list)
    confirmed: list[Factor] = field(default_factory=list)


def write(directory: Directory, plans: list["Wanted"], *, notify: bool) -> None:
    """Add the factors that are missing, and set the rows' results."""
    batch = _gather(directory, plans)
    for plan in plans:
        _decide(batch, plan)
    Factor.objects.bulk_create(batch.new)
    _save_confirmed(batch)
    _finish(batch, plans)
    if notify:
        _notify(batch)


def _gather(directory: Directory, plans: list["Wanted"]) -> _Batch:
    """Lock the people, as adding a factor in the portal does, and read what they have."""
    rows = User.objects.in_directory(directory).filter(upn_key__in={plan.key for plan in plans})
    rows = rows.select_for_update().order_by("pk").only(*_OF_A_PERSON)
    people = {user.upn_key: user for user in rows}
    for user in people.values():
        user.directory = directory
    keys = [user.pk for user in people.values()]
    staff = defaultdict[int, set[str]](set)
    grants = RoleGrant.objects.in_directory(directory).filter(user__in=keys)
    for user_pk, role in grants.values_list("user_id", "role"):
        staff[user_pk].add(role)
    asks_policy = any(plan.confirmed or plan.number for plan in plans)
    held = defaultdict[tuple[int, str], dict[str, Factor]](dict)
    for factor in Factor.objects.in_directory(directory).filter(user__in=keys):
        held[factor.user_id, factor.method][factor.address.casefold()] = factor
    return _Batch(
        directory,
        people,
        {user.pk: user for user in people.values()},
        coverage.policies_of(directory, list(people.values())) if asks_policy else {},
        {user_pk for user_pk, roles in staff.items() if not roles <= REACH[Role.OPERATOR]},
        held,
    )


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
        _settle(batch, plan, known)
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
    factor = Factor(
        directory_id=batch.directory.pk,
        user_id=user.pk,
        method=plan.method,
        label=plan.label,
        address=plan.address,
        source=FactorSource.IMPORT,
        created_at=batch.now,
        usable_from=batch.now,
    )
    if plan.confirmed:
        _confirm(batch, factor)
    mine[plan.address.casefold()] = factor
    batch.new.append(factor)
    plan.row.result = CREATED


def _settle(batch: _Batch, plan: "Wanted", known: Factor) -> None:
    """The person has this address: only an operator's word for one not confirmed adds to it."""
    plan.row.result = UNCHANGED
    if plan.confirmed and known.confirmed_at is None:
        known.source = FactorSource.IMPORT
        _confirm(batch, known)
        batch.confirmed.append(known)
        plan.row.result = UPDATED


def _confirm(batch: _Batch, factor: Factor) -> None:
    """Let it count, after the rest that the person's policy gives to what is new."""
    policy = batch.policies[factor.user_id]
    hours = policy.factor_rest_hours if policy else 0
    factor.confirmed_at, factor.usable_from = batch.now, batch.now + timedelta(hours=hours)


def _save_confirmed(batch: _Batch) -> None:
    """One statement for everybody whose rest ends at the same moment."""
    alike = defaultdict[datetime, list[int]](list)
    for factor in batch.confirmed:
        alike[factor.usable_from].append(factor.pk)
    for usable_from, keys in alike.items():
        Factor.objects.in_directory(batch.directory).filter(pk__in=keys).update(
            confirmed_at=batch.now, usable_from=usable_from, source=FactorSource.IMPORT
        )


def _notify(batch: _Batch) -> None:
    """Tell people of what counts now; of what they have yet to confirm there is nothing to say."""
    for factor in (*batch.new, *batch.confirmed):
        if factor.confirmed_at:
            factor.user, factor.directory = batch.by_key[factor.user_id], batch.directory
            factors.tell(Notice.METHOD_ADDED, factor, Client.nowhere())


def _finish(batch: _Batch, plans: list["Wanted"]) -> None:
    touched = [*batch.new, *batch.confirmed]
    if not touched:
        return
    counts = Counter(plan.row.result for plan in plans)
    done = FactorsImported(
        first_row=plans[0].row.number,
        last_row=plans[-1].row.number,
        created=counts[CREATED],
        updated=counts[UPDATED],
    )
    happened: list[tuple[Event, User | None]] = [(done, None)]
    for factor in touched:
        event = FactorImported(method=factor.method, confirmed=factor.confirmed_at is not None)
        happened.append((event, batch.by_key[factor.user_id]))
    record_many(happened, directory=batch.directory.pk, client=Client.nowhere())
    people = {factor.user_id for factor in touched}
    coverage.update_many(batch.directory, [batch.by_key[pk] for pk in people])
