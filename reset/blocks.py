"""What is paused just now for one person, and lifting it.

Counters stand under keyed hashes that name nobody. Whoever knows the person can form the keys,
and so find that person's counters and no others.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.limits import services as counters
from accounts.limits.services import Limit
from accounts.people import events as people_events
from accounts.people import not_me
from accounts.people.models import User
from accounts.people.registry import Act
from accounts.people.roles import Action, may
from accounts.policy.models import Policy
from accounts.policy.services import effective
from accounts.signin import lockout
from accounts.tenancy import TenantQuerySet
from registration import challenges, failures, methods, passes, rehearsal, second_factor
from registration import factors as registering
from registration.models import Factor
from registration.services import factors_of
from reset import contact, events, limits

PLACES = {
    limits.KNOWN: _("Browsers that have signed the person in before"),
    limits.PROVED: _("Who has proved what nobody can guess"),
    limits.STRANGER: _("Strangers"),
}
NAMES = {
    limits.WRONG.name: _("Too many wrong answers at a reset"),
    limits.COMPLETIONS.name: _("Too many numbers or addresses typed at a reset"),
    limits.SENDS.name: _("Too many codes asked for at a reset"),
    limits.PACE.name: _("Waits between answers while somebody is guessing"),
    limits.OPENINGS_PER_NAME.name: _("Too many attempts begun"),
    limits.TELLINGS.name: _("Too many mails that say why a reset is not possible"),
    limits.RESETS.name: _("Too many resets"),
    challenges.SENDS_TO_ONE_ADDRESS.name: _("Too many messages to one address"),
    challenges.SENDS_IN_ONE_HOUR.name: _("Too many messages to one address"),
    registering.ADDITIONS.name: _("Too many methods begun"),
    rehearsal.BEGINNINGS.name: _("Too many rehearsals"),
    rehearsal.ANSWERS.name: _("Too many answers in rehearsals"),
    passes.PER_PERSON.name: _("Too many temporary passes for this person"),
    passes.PER_ISSUER.name: _("Too many temporary passes issued by this person"),
    contact.PER_NAME.name: _("Too many messages to the helpdesk in this person’s name"),
    second_factor.TRIES.name: _("Too many wrong answers to the second check at sign-in"),
}
_BY_ID = (
    *(registering.ADDITIONS, rehearsal.BEGINNINGS, second_factor.TRIES),
    *(passes.PER_PERSON, passes.PER_ISSUER),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is paused for a person.

    ``key`` names it in a form and in the trail. ``method`` is a slug, ``factor`` the one of it, and
    ``place`` whose tries were counted; empty where all are. ``until`` is None for what ends only
    when somebody lifts it.
    """

    key: str
    name: Any
    undo: Callable[[Act], object]
    method: str = ""
    factor: Factor | None = None
    place: str = ""
    until: datetime | None = None
    action: Action = Action.LIFT_BLOCK


def of(user: User) -> list[Block]:
    """All that is paused for a person just now."""
    return [*_standing(user), *_counted(user)]


def lift(user: User, keys: Collection[str], reason: str, act: Act) -> int:
    """Lift the blocks with these keys; returns how many there still were. Raises PermissionDenied
    unless the actor may do that to this person."""
    chosen = [block for block in of(user) if block.key in keys]
    if not may_lift(act, user, chosen):
        raise PermissionDenied
    with transaction.atomic():
        for block in chosen:
            block.undo(act)
            act.note(events.BlockOfPersonLifted(block=block.key, reason=reason), user)
    return len(chosen)


def may_lift(act: Act, user: User, blocks: Collection[Block] = ()) -> bool:
    """May the actor lift blocks of this person, and these? Never their own, nor an equal's."""
    needed = {Action.LIFT_BLOCK, *(block.action for block in blocks)}
    return act.actor is not None and all(may(act.actor, action, user) for action in needed)


def _standing(user: User) -> Iterator[Block]:
    """What is no counter: the lock of the sign-in, stopped resets, methods out of use."""
    name = lockout.key_of(user)
    if until := lockout.locked_until(name):
        title, undo = _("Sign-in locked after wrong passwords"), partial(_unlock, user, name)
        yield Block("signin.lock", title, undo, until=until, action=Action.UNLOCK)
    if user.resets_blocked_at:
        title = _("Resets stopped: somebody said that one was not theirs")
        yield Block("reset.stopped", title, partial(not_me.lift, user))
    title = _("Out of use after wrong answers in a row")
    for factor in _factors(user):
        if factor.disabled_at:
            yield Block(
                f"registration.out_of_use/{factor.pk}",
                title,
                partial(failures.put_back, user, factor.pk),
                method=factor.method,
                factor=factor,
                action=Action.EDIT_CONTACTS,
            )


def _unlock(user: User, name: bytes, act: Act) -> None:
    if lockout.unlock(name):
        act.note(people_events.LockLifted(), user)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A counter that can be a person's."""

    limit: Limit
    who: tuple[str, ...]
    method: str = ""
    factor: Factor | None = None
    place: str = ""

    def block(self, until: datetime) -> Block:
        factor = str(self.factor.pk) if self.factor else ""
        parts = (self.limit.name, self.method, factor, self.place)
        return Block(
            "/".join(part for part in parts if part),
            NAMES[self.limit.name],
            lambda _act: counters.clear(self.limit, *self.who),
            self.method,
            self.factor,
            self.place,
            until,
        )


def _counted(user: User) -> list[Block]:
    watched = {(one.limit, one.who): one for one in _watched(user)}
    return [watched[counted].block(until) for counted, until in counters.used_up(watched).items()]


def _watched(user: User) -> Iterator[_Watched]:
    name, mine = lockout.key_of(user).hex(), str(user.pk)
    policy = effective(user).policy
    for slug, method in methods.all_methods().items():
        if method.guessable:
            yield from _guessed(slug, name, mine, policy)
    for factor in _factors(user).exclude(address=""):
        yield from _sent(factor)
    yield _Watched(limits.OPENINGS_PER_NAME, (name, limits.KNOWN), place=limits.KNOWN)
    for limit in (limits.TELLINGS, limits.RESETS):
        yield _Watched(limit, (name,))
    for place in (limits.STRANGER, limits.KNOWN):
        yield _Watched(contact.PER_NAME, (name, place), place=place)
    for limit in _BY_ID:
        yield _Watched(limit, (mine,))


def _guessed(method: str, name: str, mine: str, policy: Policy | None) -> Iterator[_Watched]:
    """What is counted of a method that can be guessed."""
    for limit in (limits.WRONG, limits.COMPLETIONS, limits.SENDS):
        for place in PLACES:
            rule = limits.ruled(limit, policy)
            yield _Watched(rule, (name, method, place), method, place=place)
    place = limits.STRANGER
    yield _Watched(limits.PACE, (name, method, place), method, place=place)
    yield _Watched(rehearsal.ANSWERS, (mine, method), method)


def _sent(factor: Factor) -> Iterator[_Watched]:
    """Messages to an address."""
    for place in (limits.STRANGER, limits.KNOWN):
        to = challenges.destination_of(factor, "", place == limits.KNOWN)
        for limit in challenges.SENDINGS:
            yield _Watched(limit, (to,), factor.method, factor, place)


def _factors(user: User) -> TenantQuerySet[Factor]:
    return factors_of(user).filter(method__in=methods.all_methods()).order_by("pk")
