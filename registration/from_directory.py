"""Factors that an organisation's own directory server tells: its people's telephones and mailboxes.

They wait for their owner to confirm them, unless the policy takes the organisation's word. What
somebody confirmed is theirs: the directory server neither changes nor removes it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import bulk
from accounts.audit.events import Event
from accounts.audit.services import record_many
from accounts.client import Client
from accounts.people.models import Directory, Domain, User
from accounts.policy.models import Policy
from registration import coverage, methods
from registration.events import FactorRemoved, FactorTakenOver
from registration.methods import alternate_email
from registration.models import Factor, FactorSource
from registration.staff import ATTRIBUTES
from registration.telephony import kinds, numbers

_MAILBOX = "alternate_email"

Held = dict[tuple[int, str], dict[str, Factor]]  # by whose and which, then by the address


@dataclass(slots=True)
class _Changes:
    """What is to be written for a batch of people."""

    directory: Directory
    domains: list[str]
    policies: dict[int, Policy | None]
    held: Held
    now: datetime = field(default_factory=timezone.now)
    new: list[bulk.Values] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    noted: list[tuple[Event, User | None]] = field(default_factory=list)


def take_over(directory: Directory, people: Sequence[User], contacts: Collection[int]) -> None:
    """Bring factors into line with the contact data of those that have new ones, and find out who
    of all these people could get back in."""
    theirs = [user for user in people if user.pk in contacts]
    if theirs:
        _take_over(directory, theirs)
    coverage.update_many(directory, people)


def _take_over(directory: Directory, people: list[User]) -> None:
    made = _Changes(
        directory,
        list(Domain.objects.filter(directory=directory).values_list("name", flat=True)),
        coverage.policies_of(directory, people),
        _held(directory, people),
    )
    for user in people:
        for method, attribute in ATTRIBUTES.items():
            if method in methods.all_methods():
                _settle(made, user, method, getattr(user, attribute))
    Factor.objects.in_directory(directory).filter(pk__among=made.gone).delete()
    bulk.insert(Factor, made.new)
    record_many(made.noted, directory=directory.pk, client=Client.nowhere())


def _held(directory: Directory, people: list[User]) -> Held:
    held: Held = defaultdict(dict)
    keys = [user.pk for user in people]
    rows = Factor.objects.in_directory(directory).filter(user__pk__among=keys)
    for factor in rows.filter(method__in=ATTRIBUTES):
        held[factor.user_id, factor.method][factor.address.casefold()] = factor
    return held


def _settle(made: _Changes, user: User, method: str, text: str) -> None:
    mine = made.held[user.pk, method]
    address = _address(made, user, method, text)
    for other, factor in list(mine.items()):
        is_told = factor.source == FactorSource.DIRECTORY and factor.confirmed_at is None
        if is_told and other != address.casefold():
            del mine[other]
            made.gone.append(factor.pk)
            made.noted.append((FactorRemoved(method=method), user))
    if address and address.casefold() not in mine and len(mine) < methods.get(method).most:
        made.new.append(_row(made, user, method, address))
        made.noted.append((FactorTakenOver(method=method), user))


def _address(made: _Changes, user: User, method: str, text: str) -> str:
    """The address as it is kept; empty for none, or none that can be used."""
    if not text:
        return ""
    try:
        if method == _MAILBOX:
            validate_email(text)
            return alternate_email.outside(text, made.domains)
        number = numbers.parse(text, made.directory.default_region)
        kinds.check(number, method, made.policies[user.pk])
    except ValidationError:
        return ""
    return numbers.canonical(number)


def _row(made: _Changes, user: User, method: str, address: str) -> bulk.Values:
    """It rests as any new method does: a policy may take it as if it were confirmed."""
    policy = made.policies[user.pk]
    rests = timedelta(hours=policy.factor_rest_hours if policy else 0)
    return {
        "directory_id": made.directory.pk,
        "user_id": user.pk,
        "method": method,
        "address": address,
        "source": FactorSource.DIRECTORY,
        "created_at": made.now,
        "usable_from": made.now + rests,
    }
