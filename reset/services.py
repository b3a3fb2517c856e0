"""What happens in an attempt. Each function is one thing a person does."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.client import Client
from accounts.moments import told_end
from accounts.people import passwords
from accounts.people import services as people
from accounts.people.models import Directory, Source, User
from accounts.people.services import Found
from accounts.policy.models import Policy
from accounts.policy.passwords import refusals
from accounts.prepared import insert, update
from accounts.signin import browsers
from accounts.signin.sessions import carry_over
from reset import breaker, effort, events, kernel, limits, locks, standing, steps, tasks, telling
from reset.effort import Effort
from reset.limits import Paused
from reset.models import LIFE, Attempt, Ending, Goal
from reset.outcomes import Standing
from reset.standing import Situation
from reset.trail import note
from writeback import reasons, stores
from writeback import services as writeback
from writeback.models import VAIN, Operation, Outcome, Write
from writeback.rules import asked_of, demands_of
from writeback.stores.base import State


class StoreAway(Exception):
    """The directory this attempt would write to cannot be reached. Said before any check."""


class LeftToHelpdesk(Exception):
    """Nobody in this directory resets alone just now. Said before any check."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory.pk)
        self.directory = directory


def open_attempt(
    typed: str, *, goal: str, client: Client, brought: Effort = effort.NONE
) -> Attempt | Paused:
    """Begin an attempt for a name, whoever's it is.

    Raises people.NotSetUp, effort.Due, LeftToHelpdesk and StoreAway.
    """
    found = people.find(typed)
    directory = found.directory
    known = browsers.is_known(directory.pk, found.user, client)
    effort.demand(directory, brought, purpose=effort.RESET, known_browser=known)
    paused = limits.opening(found.name_key, known, directory=directory, client=client)
    if paused:
        telling.note_unopened(paused, found, client)
        return paused
    if breaker.state_of(directory).helpdesk_only:
        raise LeftToHelpdesk(directory)
    may_tell = limits.telling(found.name_key, directory=directory)
    situation = standing.look(typed, found, known)
    is_said = situation.talks and situation.standing not in {Standing.READY, Standing.STORE_AWAY}
    if situation.is_away and not is_said:
        telling.note_unopened(Standing.STORE_AWAY, found, client)
        raise StoreAway
    with transaction.atomic():
        attempt = _begin(found, situation, goal, client)
        policy = attempt.policy.name if attempt.policy else ""
        started = events.Started(standing=situation.standing, policy=policy, gates=attempt.gates)
        note(started, attempt, client, subject=found.user)
        if is_said:
            telling.deny(attempt, client, found)
        else:
            telling.tell_by_mail(situation, found, attempt, may_tell=may_tell, client=client)
    return attempt


def _begin(found: Found, situation: Situation, goal: str, client: Client) -> Attempt:
    policy = situation.policy
    store = stores.for_source(found.directory, situation.source)
    may_unlock = bool(policy and policy.unlock_without_reset and store and store.can_unlock)
    now = timezone.now()
    attempt = Attempt(
        directory=found.directory,
        user=situation.user,
        name_key=found.name_key,
        policy=policy,
        standing=situation.standing,
        gates=situation.rules.gates,
        needs_strong=situation.needs_strong,
        offers=situation.offers,
        may_unlock=may_unlock,
        goal=_goal(goal, may_unlock),
        from_known_browser=situation.known_browser,
        language=client.language,
        created_at=now,
        expires_at=now + LIFE,
        password_as_of=situation.user.password_changed_at if situation.user else None,
    )
    insert(attempt)
    return attempt


def choose_goal(attempt: Attempt, goal: str, *, client: Client) -> None:
    """Forgot it, or know it and cannot sign in."""
    rows = Attempt.objects.in_directory(attempt.directory_id).filter(pk=attempt.pk, goal="")
    with transaction.atomic():
        if rows.update(goal=_goal(goal, attempt.may_unlock)):
            note(events.GoalChosen(goal=goal), attempt, client)


@dataclass(frozen=True, slots=True)
class Finished:
    """``row`` is the write that was made; without one, ``problems`` say why none was."""

    row: Write | None = None
    problems: list[ValidationError] = field(default_factory=list)


def reset_instead(attempt: Attempt, *, client: Client) -> None:
    """Who came for an unlock would rather choose a new password; the checks are the same."""
    rows = Attempt.objects.in_directory(attempt.directory_id).filter(pk=attempt.pk, closed_at=None)
    with transaction.atomic():
        if rows.filter(goal=Goal.UNLOCK).update(goal=Goal.RESET):
            note(events.GoalChosen(goal=Goal.RESET), attempt, client)


def may_stay_signed_in(attempt: Attempt) -> bool:
    """May the person choose whether a new password signs them out everywhere?"""
    is_up_to_them = attempt.policy is not None and not attempt.policy.end_sessions
    return is_up_to_them and attempt.user is not None and not attempt.user.roles


@sensitive_variables()
def finish(
    attempt: Attempt, password: str, *, client: Client, stay_signed_in: bool = False
) -> Finished:
    """Set the new password, when the rules, the evidence and the store allow it."""
    assert attempt.user, "only somebody passes a gate"
    policy = attempt.policy
    problems = refusals(password, asked_of(attempt.user, policy, at_reset=True).rules)
    if not problems and policy and policy.history_on_reset:
        problems = _history(attempt.user, password, policy)
    if problems:
        codes = ", ".join(str(problem.code) for problem in problems)
        note(events.PasswordRefused(rules=codes), attempt, client)
        return Finished(problems=problems)
    attempt.ends_sessions = not (stay_signed_in and may_stay_signed_in(attempt))
    update(attempt, "ends_sessions")
    return _write(attempt, Operation.RESET, password, client)


def unlock(attempt: Attempt, *, client: Client) -> Finished:
    """Lift the lock, and remember whether there was one; the password stays."""
    attempt.was_locked = locks.is_locked(attempt)
    update(attempt, "was_locked")
    return _write(attempt, Operation.UNLOCK, "", client)


def stop(attempt: Attempt, *, client: Client) -> None:
    """The person changed their mind; nothing changes, unless a write is on its way already."""
    with transaction.atomic():
        if kernel.close(attempt, Ending.STOPPED):
            note(events.Stopped(), attempt, client)


def note_help(attempt: Attempt, *, client: Client) -> None:
    """Somebody has none of these, or nothing arrived."""
    steps.note_sight(events.HelpShown(), attempt, client)


@sensitive_variables()
def _write(attempt: Attempt, operation: Operation, password: str, client: Client) -> Finished:
    if hindrance := _hindrance(attempt, operation, client):
        return Finished(problems=[hindrance])
    if attempt.user:
        writeback.require_room(attempt.user)
    row = kernel.admit(attempt, operation, client=client)
    if isinstance(row, str):
        return Finished(problems=[ValidationError(row, code="evidence")])
    before = row.user.get_session_auth_hash()
    attempt.write = row = writeback.write(row, password, client=client)
    if operation == Operation.RESET and row.outcome == Outcome.DONE and not attempt.ends_sessions:
        carry_over(row.user, before)
    tasks.settle_write(row, client=client)
    if row.outcome in VAIN:
        return Finished(row, [ValidationError(_why(row), code=row.reason)])
    return Finished(row)


def _why(row: Write) -> str:
    """With the numbers of the person's own directory, where it has some."""
    if row.user.source == Source.CLOUD or row.operation == Operation.UNLOCK:
        return reasons.text_of(row.reason)
    return reasons.text_of(row.reason, State(demands=demands_of(row.user)))


def _hindrance(attempt: Attempt, operation: Operation, client: Client) -> ValidationError | None:
    """What keeps everybody, or this account, from a write for now."""
    if breaker.state_of(attempt.directory_id).helpdesk_only:
        text = _("Only the helpdesk resets passwords just now. Contact them.")
        return ValidationError(text, "helpdesk_only")
    paused = limits.resetting_paused(attempt) if operation == Operation.RESET else None
    if paused is None or paused.until is None:
        return None
    until = paused.until.isoformat(timespec="seconds")
    note(events.Blocked(limit=paused.limit, until=until), attempt, client)
    when = told_end(paused.until, paused.time_zone)
    text = _("This password was reset too often. You can choose a new one again from %(when)s.")
    return ValidationError(text, "too_often", {"when": when})


def _history(user: User, password: str, policy: Policy) -> list[ValidationError]:
    if not passwords.in_history(user, password, policy):
        return []
    return [ValidationError(_("You have used this password before. Choose another one."), "used")]


def _goal(wanted: str, may_unlock: bool) -> str:
    if not may_unlock:
        return Goal.RESET
    return wanted if wanted in Goal.values else ""
