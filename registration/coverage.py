"""Who could get back in: registered, enabled, capable.

Kept in one row per person, moved with their factors, and rebuilt in batches when policies or
groups change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import ngettext

from accounts import bulk
from accounts.people.models import Directory, Group, GroupClosure, Membership, RoleGrant, User
from accounts.policy.models import Policy
from accounts.policy.services import EffectiveRules, effective, rules_of
from registration.models import Coverage, Factor, FactorSource

BATCH = 500
_COMPARED = ("registered", "enabled", "capable", "methods")
_KEPT = [*_COMPARED, "updated_at"]

Policies = list[tuple[Policy, set[int]]]  # in their order, each with its groups


@dataclass(frozen=True, slots=True)
class Held:
    """The methods somebody has confirmed, and those they were given and have not confirmed."""

    confirmed: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()

    def under(self, rules: EffectiveRules) -> tuple[str, ...]:
        """Those that count under some rules."""
        return tuple(sorted(self.confirmed | self.given if rules.unconfirmed else self.confirmed))


@dataclass(frozen=True, slots=True)
class Person:
    """What decides about somebody's coverage, gathered for a whole batch at once."""

    user: User
    groups: frozenset[int]
    roles: frozenset[str]
    held: Held


def update(user: User, *, looked_over: bool = False) -> Coverage:
    """Bring one person's row up to date; in the transaction that changed a factor.

    ``looked_over``: the person says just now that it is all right. It is only once there is
    enough, and then they may put off the next time as often as the first.
    """
    held = _held(user.directory_id, [user.pk])[user.pk]
    values = _truths(effective(user), held, user)
    if looked_over and values["registered"]:
        values |= {"confirmed_at": values["updated_at"], "skips": 0, "first_skip_at": None}
    row, _made = Coverage.objects.in_directory(user.directory_id).update_or_create(
        user=user, defaults={"directory_id": user.directory_id, **values}
    )
    return row


def update_after_own_removal(user: User, *, had_enough: bool) -> None:
    """Bring the row up to date, and remember that it was the person who gave up having enough."""
    row = update(user)
    if had_enough and not row.registered:
        row.removed_at = row.updated_at
        row.save(update_fields=["removed_at"])


def of(user: User) -> Coverage:
    """A person's row; made when there is none yet."""
    found = Coverage.objects.in_directory(user.directory_id).filter(user=user).first()
    return found or update(user)


def is_covered(rules: EffectiveRules, held: Iterable[str]) -> bool:
    """Are there as many of the policy's methods as a reset needs?"""
    return len(set(held) & set(rules.methods)) >= max(1, rules.gates)


def update_many(directory: Directory, users: Sequence[User]) -> None:
    """Bring the rows of some of a directory's people up to date, in few queries for all."""
    _keep(directory, _policies(directory), _gathered(directory, users))


def rebuild(directory: Directory) -> int:
    """Bring every row of a directory up to date; returns how many people there are."""
    policies = _policies(directory)
    done = 0
    for batch in _people(directory):
        _keep(directory, policies, batch)
        done += len(batch)
    return done


def policies_of(directory: Directory, users: Sequence[User]) -> dict[int, Policy | None]:
    """The policy that applies to each of some people of a directory, by their keys."""
    policies = _policies(directory)
    people = _gathered(directory, users)
    return {person.user.pk: _chosen(policies, person) for person in people}


def truths_of(directory: Directory, users: Sequence[User]) -> dict[int, tuple[bool, bool]]:
    """Which of some people of a directory are registered and enabled just now, by their keys."""
    policies, known = _policies(directory), _Rules(directory)
    truths = {}
    for person in _gathered(directory, users):
        rules = known.of(_chosen(policies, person), person.roles)
        found = _truths(rules, person.held, person.user)
        truths[person.user.pk] = (found["registered"], found["enabled"])
    return truths


def stranded_by(policy: Policy) -> list[str]:
    """A sentence about how many people a policy asks for more methods than they have."""
    if not policy.pk or not policy.self_service_reset:
        return []
    directory = policy.directory
    saved = _policies(directory)
    mine = [(policy if each.pk == policy.pk else each, wanted) for each, wanted in saved]
    policies = sorted(mine, key=lambda pair: (pair[0].position, pair[0].pk))
    stranded = sum(
        _is_stranded(_chosen(policies, person), policy, person)
        for batch in _people(directory)
        for person in batch
    )
    sentence = ngettext(
        "%(count)d person has not registered enough methods for this policy.",
        "%(count)d people have not registered enough methods for this policy.",
        stranded,
    )
    return [sentence % {"count": stranded}] if stranded else []


def _is_stranded(chosen: Policy | None, policy: Policy, person: Person) -> bool:
    if chosen is not policy or person.roles or not person.user.enabled:
        return False
    held = person.held.under(rules_of(policy))
    return len(set(held) & set(policy.methods)) < policy.methods_required


class _Rules:
    """The rules of a directory, made once for people who are alike."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._known: dict[tuple[Policy | None, frozenset[str]], EffectiveRules] = {}

    def of(self, policy: Policy | None, roles: frozenset[str]) -> EffectiveRules:
        if (policy, roles) not in self._known:
            self._known[policy, roles] = rules_of(policy, roles, self._directory)
        return self._known[policy, roles]


def _truths(rules: EffectiveRules, owned: Held, user: User) -> dict[str, Any]:
    held = owned.under(rules)
    registered = is_covered(rules, held)
    enabled = rules.enabled and user.enabled
    return {
        "registered": registered,
        "enabled": enabled,
        "capable": registered and enabled,
        "methods": list(held),
        "updated_at": timezone.now(),
    }


def _policies(directory: Directory) -> Policies:
    groups = Prefetch("groups", Group.objects.in_directory(directory))
    found = Policy.objects.in_directory(directory).prefetch_related(groups)
    ordered = found.order_by("position", "pk")
    return [(policy, {group.pk for group in policy.groups.all()}) for policy in ordered]


def _chosen(policies: Policies, person: Person) -> Policy | None:
    """The first policy without groups, or with one that holds the person."""
    for policy, wanted in policies:
        if not wanted or wanted & person.groups:
            return policy
    return None


def _keep(directory: Directory, policies: Policies, people: list[Person]) -> None:
    """Write the rows that differ from what is there; reading costs less than writing."""
    known = _Rules(directory)
    there = _rows(directory, {person.user.pk for person in people})
    new, changed = [], []
    for person in people:
        rules = known.of(_chosen(policies, person), person.roles)
        truths = _truths(rules, person.held, person.user)
        user = person.user.pk
        row = {"directory_id": directory.pk, "user_id": user, **truths}
        if user not in there:
            new.append(row)
        elif there[user] != [truths[name] for name in _COMPARED]:
            changed.append(row)
    try:
        with transaction.atomic():
            bulk.insert(Coverage, new)
    except IntegrityError:  # somebody's row was made meanwhile
        changed += new
    Coverage.objects.bulk_create(
        (Coverage(**row) for row in changed),
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=_KEPT,
    )


def _rows(directory: Directory, users: Collection[int]) -> dict[int, list[Any]]:
    rows = Coverage.objects.in_directory(directory).filter(user__pk__among=users)
    return {user: truths for user, *truths in rows.values_list("user_id", *_COMPARED)}


def _people(directory: Directory) -> Iterator[list[Person]]:
    """Everybody in a directory, in batches of bounded memory."""
    last = 0
    users = User.objects.in_directory(directory).order_by("pk")
    while batch := list(users.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield _gathered(directory, batch)


def _gathered(directory: Directory, users: Sequence[User]) -> list[Person]:
    keys = {user.pk for user in users}
    held, groups = _held(directory.pk, keys), _groups(directory, keys)
    roles = _roles(directory, keys)
    return [
        Person(user, frozenset(groups[user.pk]), frozenset(roles[user.pk]), held[user.pk])
        for user in users
    ]


def _held(directory: int, users: Collection[int]) -> dict[int, Held]:
    """The methods people have. A new factor's rest is not held against them.

    What only lasts a while, and what nothing is left of, is no cover.
    """
    confirmed: dict[int, set[str]] = defaultdict(set)
    given: dict[int, set[str]] = defaultdict(set)
    factors = Factor.objects.in_directory(directory).filter(user__pk__among=users, disabled_at=None)
    lasting = factors.filter(spent_at=None, ends_at=None)
    known = lasting.exclude(source=FactorSource.SELF, confirmed_at=None)
    for user, method, at in known.values_list("user_id", "method", "confirmed_at"):
        (confirmed if at else given)[user].add(method)
    return {user: Held(frozenset(confirmed[user]), frozenset(given[user])) for user in users}


def _groups(directory: Directory, users: Collection[int]) -> dict[int, set[int]]:
    """The groups people are in, however deeply they are nested."""
    members = Membership.objects.in_directory(directory).filter(user__pk__among=users)
    pairs = list(members.values_list("user_id", "group_id"))
    closure = GroupClosure.objects.in_directory(directory).filter(
        descendant__pk__among={group for _user, group in pairs}
    )
    above: dict[int, set[int]] = defaultdict(set)
    for group, ancestor in closure.values_list("descendant_id", "ancestor_id"):
        above[group].add(ancestor)
    found: dict[int, set[int]] = defaultdict(set)
    for user, group in pairs:
        found[user] |= above[group]
    return found


def _roles(directory: Directory, users: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    grants = RoleGrant.objects.in_directory(directory).filter(user__pk__among=users)
    for user, role in grants.values_list("user_id", "role"):
        found[user].add(role)
    return found
