"""What the registration portal shows: what somebody has, and what they may add."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.moments import told
from accounts.people.models import User
from accounts.policy.services import EffectiveRules, effective
from registration import coverage, methods
from registration.methods.base import Method, Remark
from registration.models import Factor
from registration.rehearsal import State, state_of
from registration.services import confirmed_factors, given_factors, in_order


@dataclass(frozen=True, slots=True)
class Line:
    """One factor, as its owner sees it."""

    factor: Factor
    method: Method
    rests_until: str = ""  # when a new factor begins to count for resets
    remark: Remark | None = None
    state: State = State.UNTRIED
    for_resets: bool = True  # do the rules ask for it when a password is forgotten?
    for_sign_in: bool = False  # is it the second check at sign-in?

    @property
    def shown(self) -> str:
        """The factor as its owner knows it."""
        return self.method.shown(self.factor) or self.factor.label

    @property
    def masked(self) -> str:
        """The factor as a reset will show it."""
        return self.method.mask(self.factor)


@dataclass(frozen=True, slots=True)
class Overview:
    enabled: bool
    needed: int
    have: int
    lines: list[Line]
    given: list[Line]
    addable: list[Method]
    given_counts: bool  # even before it is confirmed
    confirmed_at: datetime | None
    every_days: int

    @property
    def is_covered(self) -> bool:
        return self.have >= self.needed

    @property
    def counted(self) -> int:
        """How many of those needed there are."""
        return min(self.have, self.needed)

    @property
    def marks(self) -> list[bool]:
        return [place < self.have for place in range(max(self.needed, self.have))]


def overview_of(user: User) -> Overview:
    """Gather the page's facts."""
    rules, row = effective(user), coverage.of(user)
    known = methods.all_methods()
    held = [factor for factor in confirmed_factors(user) if factor.method in known]
    given = [each for each in given_factors(user) if each.method in rules.methods]
    counting = [*held, *given] if rules.unconfirmed else held
    working = {each.method for each in counting if _covers(each)}
    return Overview(
        enabled=rules.enabled,
        needed=max(1, rules.gates),
        have=len(working & set(rules.methods)),
        lines=[_line(each, user, rules) for each in in_order(held)],
        given=[_line(each, user, rules) for each in given],
        given_counts=rules.unconfirmed,
        addable=[known[slug] for slug in may_add(rules, held)],
        confirmed_at=row.confirmed_at,
        every_days=rules.policy.reconfirm_after_days if rules.policy else 0,
    )


def _line(factor: Factor, user: User, rules: EffectiveRules) -> Line:
    factor.user, factor.directory = user, user.directory
    method = methods.get(factor.method)
    return Line(
        factor=factor,
        method=method,
        rests_until=_rest(factor, user),
        remark=method.remark(factor),
        state=state_of(factor, method),
        for_resets=rules.enabled and method.slug in rules.methods,
        for_sign_in=method.second_factor and rules.administrators,
    )


def _covers(factor: Factor) -> bool:
    """Does it count as cover: lasting, and not used up?"""
    return not (factor.disabled_at or factor.spent_at or factor.ends_at)


def _rest(factor: Factor, user: User) -> str:
    if factor.usable_from <= timezone.now():
        return ""
    return told(factor.usable_from, user.directory.time_zone)


def may_add(rules: EffectiveRules, held: list[Factor]) -> list[str]:
    """The policy's methods of which there is still room for another."""
    known, counts = methods.all_methods(), Counter(factor.method for factor in held)
    room = (slug for slug in rules.methods if counts[slug] < known[slug].most)
    return [slug for slug in room if known[slug].added_by_people]
