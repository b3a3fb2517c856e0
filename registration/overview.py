"""What the registration portal's first page shows: what somebody has, and what they may add."""

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
from registration.services import confirmed_factors, given_factors


@dataclass(frozen=True, slots=True)
class Line:
    """One factor, as its owner sees it."""

    factor: Factor
    method: Method
    rests_until: str = ""  # when a new factor begins to count for resets
    remark: Remark | None = None

    @property
    def shown(self) -> str:
        """The factor as its owner knows it."""
        return self.method.shown(self.factor) or self.factor.label


@dataclass(frozen=True, slots=True)
class Overview:
    enabled: bool
    needed: int
    have: int
    lines: list[Line]
    given: list[Line]
    addable: list[Method]
    confirmed_at: datetime | None
    every_days: int

    @property
    def is_covered(self) -> bool:
        return self.have >= self.needed

    @property
    def marks(self) -> list[bool]:
        return [place < self.have for place in range(max(self.needed, self.have))]


def overview_of(user: User) -> Overview:
    """Gather the page's facts."""
    rules, row = effective(user), coverage.of(user)
    known = methods.all_methods()
    held = [factor for factor in confirmed_factors(user) if factor.method in known]
    working = {factor.method for factor in held if _covers(factor)}
    return Overview(
        enabled=rules.enabled,
        needed=max(1, rules.gates),
        have=len(working & set(rules.methods)),
        lines=[_line(each, known[each.method], user) for each in held],
        given=[
            Line(each, known[each.method])
            for each in given_factors(user)
            if each.method in rules.methods
        ],
        addable=[known[slug] for slug in may_add(rules, held)],
        confirmed_at=row.confirmed_at,
        every_days=rules.policy.reconfirm_after_days if rules.policy else 0,
    )


def _line(factor: Factor, method: Method, user: User) -> Line:
    factor.user, factor.directory = user, user.directory
    return Line(factor, method, _rest(factor, user), method.remark(factor))


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
