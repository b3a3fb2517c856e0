"""Trying one's recovery before it is needed, so that a dead number is found in good time.

The questions are those of a reset, put to the real factors, under a purpose that opens nothing:
no proof, no registration, no session comes of it, and nobody is told but the trail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, clear, spend
from accounts.moments import told, told_end
from accounts.people.models import User
from accounts.policy.services import effective
from registration import challenges, methods
from registration.challenges import Answer, Verdict
from registration.events import RehearsalFailed, RehearsalPassed, RehearsalStarted
from registration.methods.base import Method
from registration.models import Challenge, Factor, Purpose
from registration.services import asked_apart, confirmed_factors

HOUR = timedelta(hours=1)
BEGINNINGS = Limit("registration.rehearsals", times=20, within=HOUR, rest=HOUR)
ANSWERS = Limit("registration.rehearsal_answers", times=10, within=HOUR, rest=24 * HOUR)


class State(StrEnum):
    """What is known of a factor. LEFT_ALONE: each works once, so none is spent on a trial."""

    UNTRIED = "untried"
    WORKS = "works"
    FAILED = "failed"
    OUT_OF_USE = "out_of_use"
    LEFT_ALONE = "left_alone"


@dataclass(frozen=True, slots=True)
class Line:
    """A factor, and what came of the last trial."""

    factor: Factor
    method: Method
    hint: str
    state: State
    tried_at: datetime | None
    rests_until: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``working``: how many methods passed their last trial; a reset asks for ``needed``."""

    enabled: bool
    needed: int
    working: int
    lines: list[Line]

    @property
    def is_enough(self) -> bool:
        return self.enabled and self.working >= self.needed

    @property
    def can_be_tried(self) -> list[Line]:
        """As at a reset: what is out of use is not offered there either."""
        apart = {State.OUT_OF_USE, State.LEFT_ALONE}
        return [line for line in self.lines if line.state not in apart]

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.state in {State.FAILED, State.OUT_OF_USE}]

    @property
    def untried(self) -> list[Line]:
        return [line for line in self.lines if line.state is State.UNTRIED]


def of(user: User) -> Rehearsal:
    """Where somebody's rehearsal stands: the factors a reset would ask for, in its order."""
    rules = effective(user)
    held = [factor for factor in confirmed_factors(user) if factor.method in rules.methods]
    held.sort(key=lambda factor: factor.disabled_at is not None)
    lines = [_line(factor, user) for factor in asked_apart(held)]
    lines.sort(key=lambda line: rules.methods.index(line.method.slug))
    working = {line.method.slug for line in lines if line.state is State.WORKS}
    return Rehearsal(rules.enabled, max(1, rules.gates), len(working), lines)


def begin(factor: Factor, way: str, *, typed: str, holder: str, client: Client) -> Challenge:
    """Put the question of a reset to a factor; raises ValidationError with the reason why not.

    ``typed``: the whole address, where its owner has to complete it at a reset. There nobody
    hears that it is wrong; here the owner does.
    """
    method, user = methods.get(factor.method), factor.user
    _spend(BEGINNINGS, user)
    if method.completed and not method.is_complete(factor, typed):
        _note(RehearsalFailed(method=method.slug, reason="wrong_number"), user, client)
        raise ValidationError(
            _("That is not the number we hold. At a reset, nothing would be sent."), "wrong_number"
        )
    with transaction.atomic():
        _note(RehearsalStarted(method=method.slug), user, client)
        return challenges.issue(
            directory=user.directory,
            factor=factor,
            method=method.slug,
            way=way,
            policy=effective(user).policy,
            purpose=Purpose.REHEARSAL,
            holder=holder,
            language=user.wants_language,
            client=client,
            known_browser=True,
        )


def answer(challenge: Challenge, text: str, *, holder: str, client: Client) -> Answer:
    """Judge an answer, counted before it is compared; raises ValidationError while paused."""
    factor = challenge.factor
    assert factor, "who tries a factor has it"
    user = factor.user
    _spend(ANSWERS, user, factor.method)
    result = challenges.answer(challenge, text, holder=holder, purpose=Purpose.REHEARSAL)
    if result.passed:
        clear(ANSWERS, str(user.pk), factor.method)
        _settle(factor, RehearsalPassed(method=factor.method), client, worked=True)
    else:
        event = RehearsalFailed(method=factor.method, reason=str(result.verdict))
        over = result.verdict is Verdict.USED_UP
        over = over or (result.verdict is Verdict.WRONG and not result.tries_left)
        _settle(factor, event, client, worked=False if over else None)
    return result


def nothing_arrived(challenge: Challenge, *, client: Client) -> None:
    """The owner says that no message came: found out in time."""
    factor = challenge.factor
    assert factor, "who tries a factor has it"
    challenges.close(challenge)
    event = RehearsalFailed(method=factor.method, reason="nothing_arrived")
    _settle(factor, event, client, worked=False)


def _settle(factor: Factor, event: Event, client: Client, *, worked: bool | None) -> None:
    """Note what came of a trial; None while it goes on."""
    with transaction.atomic():
        _note(event, factor.user, client)
        if worked is None:
            return
        now = timezone.now()
        known = {"tried_at": now, "worked_at": now} if worked else {"tried_at": now}
        Factor.objects.in_directory(factor.directory_id).filter(pk=factor.pk).update(**known)


def _line(factor: Factor, user: User) -> Line:
    method = methods.get(factor.method)
    rests = factor.usable_from > timezone.now()
    return Line(
        factor=factor,
        method=method,
        hint=method.mask(factor),
        state=state_of(factor, method),
        tried_at=factor.tried_at,
        rests_until=told(factor.usable_from, user.directory.time_zone) if rests else "",
    )


def state_of(factor: Factor, method: Method) -> State:
    """What is known of a factor from its last trial."""
    if factor.disabled_at:
        return State.OUT_OF_USE
    if method.single_use:
        return State.LEFT_ALONE
    if factor.tried_at is None:
        return State.UNTRIED
    return State.WORKS if factor.worked_at == factor.tried_at else State.FAILED


def _spend(limit: Limit, user: User, *what: str) -> None:
    spent = spend(limit, str(user.pk), *what, directory=user.directory_id)
    if spent.allowed:
        return
    until = told_end(spent.until or timezone.now(), user.directory.time_zone)
    raise ValidationError(
        _("That was a lot at once. Trying is paused until %(until)s."), "paused", {"until": until}
    )


def _note(event: Event, user: User, client: Client) -> None:
    record(event, directory=user.directory_id, client=client, subject=user)
