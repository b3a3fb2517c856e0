"""The reset portal: each view reads a request, calls one service, and shows or sends on."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import LONGEST_NAME
from accounts.moments import told_end
from accounts.people import services as people
from accounts.policy.passwords import rules_for_user
from accounts.signin.guards import VisitRequest, public
from registration import methods, words
from reset import services, steps, tasks
from reset.forms import CheckForm, CodeForm, GoalForm, NewPasswordForm, StartForm
from reset.limits import Paused
from reset.models import Attempt
from reset.steps import Stage, at
from writeback import services as writeback
from writeback.views import refused

PREFILL = ("username", "directory", "goal")
SLOW_AFTER = 15  # seconds
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@public
def start(request: VisitRequest) -> HttpResponse:
    """Who are you? What came in the address moves to the session, so that it is in no log."""
    if any(name in request.GET for name in PREFILL):
        request.session["prefill"] = {
            n: request.GET[n][:LONGEST_NAME] for n in PREFILL if n in request.GET
        }
        return redirect("reset:start", preserve_request=False)
    prefill = request.session.get("prefill", {}) if request.session.session_key else {}
    if "directory" in prefill:
        request.directory = people.directory_named(prefill["directory"])
    form = StartForm(request.POST or None, initial={"username": prefill.get("username", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "reset/start.html", {"form": form})
    try:
        begun = services.open_attempt(
            form.cleaned_data["username"],
            goal=prefill.get("goal", ""),
            client=request.client,
        )
    except services.StoreAway:
        return _unavailable(request, is_set_up=True)
    except people.NotSetUp:
        return _unavailable(request, is_set_up=False)
    if isinstance(begun, Paused):
        return _paused(request, begun)
    request.session.pop("prefill", None)
    steps.begin(request, begun)
    return redirect(steps.stage_of(begun))


@get_or_post
@at(Stage.WHY)
def why(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Forgot it, or know it and can't sign in? Asked only where an unlock may help."""
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.choose_goal(
            attempt,
            form.cleaned_data["goal"],
            client=request.client,
        )
        return redirect(Stage.METHOD)
    return _step(request, attempt, "reset/why.html", {"form": form})


@get_or_post
@at(Stage.METHOD)
def method(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """How should we check that it is you?"""
    offers = services.remaining_offers(attempt)
    form = CheckForm(offers, request.POST or None)
    if request.method == "POST" and form.is_valid():
        paused = services.choose_check(
            attempt,
            form.cleaned_data["check"],
            client=request.client,
        )
        return _paused(request, paused) if paused else redirect(Stage.CODE)
    choices = [offer | {"method": methods.get(str(offer["method"]))} for offer in offers]
    return _step(request, attempt, "reset/method.html", {"form": form, "choices": choices})


@get_or_post
@at(Stage.CODE)
def code(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Enter the code."""
    assert attempt.challenge, "this step has one"
    asked = methods.get(attempt.challenge.method)
    form = CodeForm(asked.code_label, asked.code_hint, request.POST or None)
    if request.method == "POST" and form.is_valid():
        result = services.answer(
            attempt,
            form.cleaned_data["code"],
            client=request.client,
        )
        if isinstance(result, Paused):
            return _paused(request, result)
        if result.passed:
            request.session.cycle_key()
            return redirect(steps.stage_of(attempt))
        form.add_error("code", words.refusal(result, asked))
    return _step(request, attempt, "reset/code.html", _code_context(form, attempt, asked))


@require_POST
@at(Stage.CODE)
def code_again(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Send a new code, if the wait is over; the page says so either way."""
    result = services.send_again(attempt, client=request.client)
    if isinstance(result, Paused):
        return _paused(request, result)
    return redirect(Stage.CODE)


@require_POST
@at(Stage.CODE)
def other_check(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Back to the choice of checks."""
    services.leave_check(attempt)
    return redirect(Stage.METHOD)


@get_or_post
@at(Stage.PASSWORD)
def password(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Choose a new password."""
    assert attempt.user, "only somebody passes a gate"
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        finished = services.finish(
            attempt,
            form.cleaned_data["new_password"],
            client=request.client,
        )
        if finished.row and finished.row.until:
            return refused(request, finished.row)
        if not finished.problems:
            return redirect(steps.stage_of(attempt))
        for problem in finished.problems:
            form.add_error("new_password", problem)
    rules = rules_for_user(attempt.user, steps.policy_of(attempt))
    return _step(request, attempt, "reset/password.html", {"form": form, "rules": rules})


@get_or_post
@at(Stage.UNLOCK)
def unlock(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """One click lifts the lock."""
    problems: list[Any] = []
    if request.method == "POST":
        finished = services.unlock(attempt, client=request.client)
        if not finished.problems:
            return redirect(steps.stage_of(attempt))
        problems = [message for problem in finished.problems for message in problem.messages]
    return _step(request, attempt, "reset/unlock.html", {"problems": problems})


@require_safe
@at(Stage.WAITING)
def waiting(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """The directory has not answered yet. The page looks again by itself, ever less often."""
    assert attempt.write, "this step has one"
    client = request.client
    row = writeback.outcome(attempt.write, client=client)
    tasks.settle_write(row, client=client)
    stage = steps.stage_of(attempt)
    if stage is not Stage.WAITING:
        return redirect(stage)
    waited = (timezone.now() - row.created_at).total_seconds()
    context = {"is_slow": waited > SLOW_AFTER}
    response = _step(request, attempt, "reset/waiting.html", context)
    response["Refresh"] = str(2 if waited < SLOW_AFTER else 10)
    return response


@require_safe
@at(Stage.DONE)
def done(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """What is true now, and what to do next."""
    policy = steps.policy_of(attempt)
    context = {"write": attempt.write, "is_told": policy is None or policy.notify_users}
    response = _step(request, attempt, "reset/done.html", context)
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
@public
def help_page(request: VisitRequest) -> HttpResponse:
    """Nothing arrived, or none of these are mine: the same words for everybody."""
    attempt = steps.current(request)
    if attempt:
        services.note_help(attempt, client=request.client)
    return render(request, "reset/help.html", {"attempt": attempt})


@require_POST
@public
def stop(request: VisitRequest) -> HttpResponse:
    """Stop here; the old password stays as it is. What cannot be stopped any more is shown."""
    attempt = steps.current(request)
    if attempt:
        services.stop(attempt, client=request.client)
        stage = steps.stage_of(steps.current(request) or attempt)
        if stage is Stage.WAITING:
            return redirect(stage)
    request.session.pop(steps.KEY, None)
    return redirect("portal")


@require_safe
@public
def closed(request: VisitRequest) -> HttpResponse:
    """This attempt is over; a new one is a click away."""
    return render(request, "reset/closed.html", {"attempt": steps.current(request)})


def _step(
    request: VisitRequest, attempt: Attempt, template: str, context: dict[str, Any]
) -> HttpResponse:
    line = steps.line(attempt)
    return render(request, template, {"attempt": attempt, "steps": line, **context})


def _code_context(form: CodeForm, attempt: Attempt, asked: Any) -> dict[str, Any]:
    challenge = attempt.challenge
    assert challenge, "this step has one"
    wait = (challenge.next_send_at - timezone.now()).total_seconds()
    return {
        "form": form,
        "challenge": challenge,
        "method": asked,
        "hint": services.hint_of(attempt),
        "wait": max(0, int(wait + 1)),
    }


def _paused(request: VisitRequest, paused: Paused) -> HttpResponse:
    """Said openly, and alike for everybody."""
    name = methods.get(paused.method).label if paused.method else ""
    until = told_end(paused.until, paused.time_zone)
    response = render(request, "reset/paused.html", {"until": until, "method": name}, status=429)
    response["Retry-After"] = str(_seconds_until(paused.until))
    return response


def _unavailable(request: VisitRequest, *, is_set_up: bool) -> HttpResponse:
    """Before any check, and alike for everybody: passing checks for nothing helps nobody."""
    context = {"is_set_up": is_set_up}
    response = render(request, "reset/unavailable.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def _seconds_until(moment: datetime) -> int:
    return max(1, int((moment - timezone.now()).total_seconds()))
