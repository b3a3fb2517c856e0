"""The reset portal: each view reads a request, calls one service, and shows or sends on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import prefill
from accounts.moments import told_end
from accounts.people import services as people
from accounts.people.models import Source
from accounts.signin.guards import VisitRequest, public
from registration.services import may_sign_in_with
from reset import effort, kiosk, locks, outcomes, services, steps, tasks
from reset.forms import GoalForm, ResetPasswordForm, StartForm
from reset.limits import Paused
from reset.models import Attempt, Goal
from reset.steps import Stage, at
from reset.views.effort import KEY as WAIT
from reset.views.effort import brought, show_work, work_for
from reset.views.pages import (
    get_or_post,
    show_helpdesk_only,
    show_paused,
    show_step,
    show_unavailable,
)
from writeback import rules
from writeback import services as writeback
from writeback.views import refused, wait

SLOW_AFTER = 15  # seconds


@get_or_post
@public
def start(request: VisitRequest) -> HttpResponse:
    """Who are you? The address may have said so already."""
    said = prefill.kept(request)
    request.directory = prefill.directory(request) or request.directory
    form = StartForm(request.POST or None, initial={"username": said.get("username", "")})
    kiosk.offer_nothing(request, form)
    if request.method != "POST" or not form.is_valid():
        work = work_for(request, effort.RESET)
        return render(request, "reset/start.html", {"form": form, "work": work})
    try:
        begun = services.open_attempt(
            form.cleaned_data["username"],
            goal=said.get("goal", ""),
            client=request.client,
            brought=brought(request),
        )
    except effort.Due as due:
        return show_work(request, due, effort.RESET, form.cleaned_data)
    except services.LeftToHelpdesk as left:
        return show_helpdesk_only(request, left.directory)
    except (services.StoreAway, people.NotSetUp) as away:
        return show_unavailable(request, is_set_up=isinstance(away, services.StoreAway))
    if isinstance(begun, Paused):
        return show_paused(request, begun)
    prefill.forget(request, "username", "goal")
    request.session.pop(WAIT, None)
    steps.begin(request, begun, form.cleaned_data["username"])
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
    return show_step(request, attempt, "reset/why.html", {"form": form})


@get_or_post
@at(Stage.PASSWORD)
def password(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Choose a new password."""
    assert attempt.user, "only somebody passes a gate"
    may_stay = services.may_stay_signed_in(attempt)
    state = rules.look(attempt.user) if request.method != "POST" else None
    until = rules.reset_waits_until(attempt.user, state)
    if until and until > timezone.now():
        return wait(request, attempt.user, "too_young", until, state)
    asked = rules.asked_of(attempt.user, attempt.policy, at_reset=True)
    form = ResetPasswordForm(
        request.POST or None, asked.rules, mixed=asked.mixed, may_stay=may_stay
    )
    if form.is_valid():
        finished = services.finish(
            attempt,
            form.cleaned_data["new_password"],
            client=request.client,
            stay_signed_in=not form.cleaned_data.get("sign_out", True),
        )
        if finished.row and finished.row.until:
            return refused(request, finished.row)
        if not finished.problems:
            return redirect(steps.stage_of(attempt))
        form.refuse(finished.problems)
    return show_step(request, attempt, "reset/password.html", {"form": form})


@get_or_post
@at(Stage.UNLOCK)
def unlock(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """One click lifts the lock; who is not locked at all hears it, and what else may help."""
    problems: list[Any] = []
    if request.method == "POST" and "instead" in request.POST:
        services.reset_instead(attempt, client=request.client)
        return redirect(Stage.PASSWORD)
    if request.method == "POST":
        finished = services.unlock(attempt, client=request.client)
        if not finished.problems:
            return redirect(steps.stage_of(attempt))
        problems = [message for problem in finished.problems for message in problem.messages]
    context = {"problems": problems, "is_locked": locks.is_locked(attempt)}
    return show_step(request, attempt, "reset/unlock.html", context)


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
    response = show_step(request, attempt, "reset/waiting.html", context)
    response["Refresh"] = str(2 if waited < SLOW_AFTER else 10)
    return response


@require_safe
@at(Stage.DONE)
def done(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """What is true now, and what to do next."""
    policy = attempt.policy
    offers = may_sign_in_with(attempt.user, policy) if attempt.user and policy else []
    until = locks.left_until(attempt) if attempt.goal == Goal.UNLOCK else None
    context = {
        "write": attempt.write,
        "locked_here": told_end(until, attempt.directory.time_zone) if until else "",
        "is_elsewhere": attempt.user is not None and attempt.user.source != Source.CLOUD,
        "is_told": policy is None or policy.notify_users,
        "better": offers[0] if offers else None,
    }
    response = show_step(request, attempt, "reset/done.html", context)
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
@at(Stage.DENIED)
def denied(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Why this cannot be done, and what to do: to who may know it."""
    context = {"attempt": attempt, "outcome": outcomes.of(attempt.standing)}
    return render(request, "reset/denied.html", context)


@require_safe
@at(Stage.HELPDESK_ONLY)
def helpdesk_only(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Staff or the breaker leave resets to the helpdesk for now."""
    return show_helpdesk_only(request, attempt.directory)


@require_safe
@public
def help_page(request: VisitRequest) -> HttpResponse:
    """Nothing arrived, or none of these are mine: the same words for everybody."""
    attempt = steps.current(request)
    if attempt:
        services.note_help(attempt, client=request.client)
    else:
        prefill.wear(request)
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
    steps.leave(request)
    return redirect("portal")


@require_safe
@public
def closed(request: VisitRequest) -> HttpResponse:
    """This attempt is over; a new one is a click away."""
    return render(request, "reset/closed.html", {"attempt": steps.current(request)})
