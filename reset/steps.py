"""Who may be where. The stage of an attempt is derived from its rows, and ``at`` is the only way
into a step: a request out of turn is sent to its own step, and nothing happens."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps

from django.db.models import BigIntegerField, UUIDField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.client import Client
from accounts.people.models import User
from accounts.prepared import Given, Prepared, build_in_vain, update
from accounts.signin.guards import View, VisitRequest, public
from reset import breaker, gates
from reset.events import HelpShown, OutOfTurn, StepShown
from reset.models import Attempt, Ending, Goal, Proof
from reset.trail import note
from writeback.models import OPEN, Outcome

KEY = "attempt"  # in the session: [directory, attempt]
TYPED = "typed"  # in the session: the name as it was typed, for nobody to type it twice

_ATTEMPT = Prepared(
    lambda: (
        Attempt.objects.filter(
            directory_id=Given("directory", BigIntegerField()), pk=Given("attempt", UUIDField())
        )
        .select_related("directory__strain", "user", "policy", "challenge", "write")
        .defer("directory__logo", "directory__logo_dark")
    )
)
_PROVED = Prepared(
    lambda: Proof.objects.filter(
        directory_id=Given("directory", BigIntegerField()), attempt_id=Given("attempt", UUIDField())
    ).values_list("method")
)

StepView = Callable[[VisitRequest, Attempt], HttpResponse]


class Stage(StrEnum):
    """Where an attempt stands. The values are names of URLs."""

    WHY = "reset:why"
    METHOD = "reset:method"
    ADDRESS = "reset:address"
    CODE = "reset:code"
    PASSWORD = "reset:password"  # noqa: S105  a name, not a password
    UNLOCK = "reset:unlock"
    WAITING = "reset:waiting"
    DONE = "reset:done"
    DENIED = "reset:denied"
    CLOSED = "reset:closed"
    HELPDESK_ONLY = "reset:helpdesk_only"


def stage_of(attempt: Attempt) -> Stage:
    """The one step this attempt may take now."""
    if attempt.write and attempt.write.outcome == Outcome.DONE:
        return Stage.DONE
    if attempt.write and attempt.write.outcome in OPEN:
        return Stage.WAITING
    if attempt.ending == Ending.DENIED:
        return Stage.DENIED
    if attempt.closed_at or attempt.is_too_late:
        return Stage.CLOSED
    if breaker.state_for(attempt).helpdesk_only:
        return Stage.HELPDESK_ONLY
    if not attempt.goal:
        return Stage.WHY
    if not gates.are_passed(attempt):
        return _stage_of_check(attempt)
    return Stage.UNLOCK if attempt.goal == Goal.UNLOCK else Stage.PASSWORD


def _stage_of_check(attempt: Attempt) -> Stage:
    challenge = attempt.challenge
    if challenge:
        is_open = not challenge.closed_at and not challenge.passed_at
        return Stage.CODE if is_open else Stage.METHOD
    return Stage.METHOD if attempt.chosen is None else Stage.ADDRESS


def load(directory: int, pk: str) -> Attempt | None:
    """An attempt with what every step looks at: two queries, whoever it is for."""
    attempt = _ATTEMPT.first(directory=directory, attempt=pk)
    methods = tuple(method for (method,) in _PROVED.all(directory=directory, attempt=pk))
    if attempt:
        attempt.proved_by = methods
    if attempt and attempt.user:
        attempt.user.directory = attempt.directory
    else:
        build_in_vain(User)
    if attempt and attempt.write and attempt.user:
        attempt.write.user = attempt.user
    return attempt


def begin(request: VisitRequest, attempt: Attempt, typed: str) -> None:
    """Let this browser, and only this browser, go on with an attempt."""
    request.session.cycle_key()
    request.session[KEY] = [attempt.directory_id, str(attempt.pk)]
    request.session[TYPED] = typed


def leave(request: VisitRequest) -> None:
    """Let go of it."""
    request.session.pop(KEY, None)
    request.session.pop(TYPED, None)


def current(request: VisitRequest) -> Attempt | None:
    """The attempt this browser began last."""
    held = request.session.get(KEY)
    attempt = load(*held) if held else None
    if attempt:
        request.directory_id = attempt.directory_id
        request.reference = attempt.reference
        request.helpdesk_link = attempt.policy.helpdesk_url if attempt.policy else ""
    if attempt is None or _has_ended(attempt):
        request.session.pop(TYPED, None)
    return attempt


def _has_ended(attempt: Attempt) -> bool:
    """Not yet where it was denied: the helpdesk is the next step then."""
    is_closed = attempt.closed_at is not None and attempt.ending != Ending.DENIED
    return is_closed or attempt.is_too_late


def at(*stages: Stage) -> Callable[[StepView], View]:
    """Admit a request to a step when its attempt stands there."""

    def decorate(view: StepView) -> View:
        @public
        @sensitive_post_parameters()
        @wraps(view)
        def step(request: VisitRequest) -> HttpResponse:
            attempt = current(request)
            if attempt is None:
                return redirect(Stage.CLOSED)
            stage = stage_of(attempt)
            if stage not in stages:
                _note_out_of_turn(request, attempt, stages[0])
                return redirect(stage)
            if request.method == "GET":
                note_sight(StepShown(step=_word(stage)), attempt, request.client)
            return view(request, attempt)

        return step

    return decorate


def line(attempt: Attempt) -> list[tuple[str, str]]:
    """The step line: a second check appears only once the first is passed."""
    is_done = [(_("First check"), "done"), (_("Second check"), "done")][: attempt.proved]
    if gates.required(attempt) == 1 and is_done:
        is_done = [(_("Check it is you"), "done")]
    last = _("Unlock") if attempt.goal == Goal.UNLOCK else _("Choose a password")
    if gates.are_passed(attempt):
        return [*is_done, (last, "now")]
    asked = _("Second check") if attempt.proved else _("Check it is you")
    return [*is_done, (asked, "now"), (last, "later")]


def unfinished_step(attempt: Attempt) -> str:
    """Where an attempt stood whose time ran out; a word for the trail."""
    if not attempt.goal:
        return _word(Stage.WHY)
    if gates.are_passed(attempt):
        return _word(Stage.UNLOCK if attempt.goal == Goal.UNLOCK else Stage.PASSWORD)
    return _word(Stage.CODE if attempt.challenge else _stage_of_check(attempt))


def _note_out_of_turn(request: VisitRequest, attempt: Attempt, wanted: Stage) -> None:
    if request.method == "POST":
        note(OutOfTurn(step=_word(wanted)), attempt, request.client)


def note_sight(event: StepShown | HelpShown, attempt: Attempt, client: Client) -> None:
    """Record that a page was seen, once per check: reloading fills no trail."""
    sight = f"{event.facts().get('step', 'help')} {attempt.proved}"
    if sight in attempt.shown:
        return
    attempt.shown = [*attempt.shown, sight]
    update(attempt, "shown")
    note(event, attempt, client)


def _word(stage: Stage) -> str:
    return stage.value.partition(":")[2]
