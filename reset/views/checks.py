"""The checks of the reset portal: which one, the whole address, the answer."""

import math
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.signin.guards import VisitRequest, public
from registration import codes, methods, words
from registration.answer_forms import AnswerForm
from registration.methods.base import Method
from reset import checks, gates, steps
from reset.forms import AddressForm, CheckForm
from reset.limits import Paused
from reset.models import Attempt
from reset.steps import Stage, at
from reset.views.pages import get_or_post, show_paused, show_step


@get_or_post
@at(Stage.METHOD)
def method(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """How should we check that it is you?"""
    offers = gates.remaining(attempt)
    form = CheckForm(offers, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["check"]
        paused = checks.choose(attempt, chosen, client=request.client)
        if paused:
            return show_paused(request, paused)
        return redirect(steps.stage_of(attempt))
    choices = [offer | {"way": checks.way_of(offer)} for offer in offers]
    context = {"form": form, "choices": choices, "wants_strong": gates.wants_strong(attempt)}
    return show_step(request, attempt, "reset/method.html", context)


@get_or_post
@at(Stage.ADDRESS)
def address(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """What is the whole address? Right, wrong and nobody's lead to the same next page."""
    offer = checks.chosen_offer(attempt)
    asked = methods.get(str(offer["method"]))
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["address"]
        result = checks.complete(attempt, typed, client=request.client)
        if isinstance(result, Paused):
            return show_paused(request, result)
        if result:
            return redirect(Stage.CODE)
        wrong = _("That is not the number we hold. Enter it whole, with its country code.")
        form.add_error("address", wrong)
    context = {"form": form, "method": asked, "way": checks.way_of(offer), "hint": offer["hint"]}
    return show_step(request, attempt, "reset/address.html", context)


@get_or_post
@at(Stage.CODE)
def code(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Answer the question that was put."""
    assert attempt.challenge, "this step has one"
    asked = methods.get(attempt.challenge.method)
    form = asked.form(attempt.challenge, request.POST or None)
    if request.method == "POST" and form.is_valid():
        result = checks.answer(attempt, form.answer, client=request.client)
        if isinstance(result, Paused) and not result.is_brief:
            return show_paused(request, result)
        if isinstance(result, Paused):
            form.add_error(form.asked, _wait(result))
            return show_step(request, attempt, "reset/code.html", _context(form, attempt, asked))
        if result.passed:
            request.session.cycle_key()
            return redirect(steps.stage_of(attempt))
        form = asked.asked_again(attempt.challenge, form)
        form.add_error(form.asked, words.refusal(result, asked))
    return show_step(request, attempt, "reset/code.html", _context(form, attempt, asked))


@require_safe
@public
def link(request: VisitRequest, token: str) -> HttpResponse:
    """Where the link in a message leads: to a button. Looking at it uses nothing up, so that a
    mail filter that opens links does no harm, and only the browser that asked gets the button."""
    attempt = steps.current(request)
    is_here = attempt is not None and steps.stage_of(attempt) is Stage.CODE
    action = reverse(Stage.CODE) if is_here else ""
    context = {"token": token[: codes.TOKEN_LENGTH], "action": action, "attempt": attempt}
    return render(request, "questions/link.html", context)


@require_POST
@at(Stage.CODE)
def code_again(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Send a new code, if the wait is over; the page says so either way."""
    result = checks.send_again(attempt, client=request.client)
    if isinstance(result, Paused):
        return show_paused(request, result)
    return redirect(Stage.CODE)


@require_POST
@at(Stage.CODE, Stage.ADDRESS)
def other_check(request: VisitRequest, attempt: Attempt) -> HttpResponse:
    """Back to the choice of checks."""
    checks.leave(attempt)
    return redirect(Stage.METHOD)


def _wait(paused: Paused) -> str:
    """While somebody guesses, answers come at a pace; this one was not looked at."""
    assert paused.until, "a brief pause has an end"
    seconds = max(1, math.ceil((paused.until - timezone.now()).total_seconds()))
    return ngettext(
        "This was not checked yet. Wait %(seconds)d second, then enter it again.",
        "This was not checked yet. Wait %(seconds)d seconds, then enter it again.",
        seconds,
    ) % {"seconds": seconds}


def _context(form: AnswerForm, attempt: Attempt, asked: Method) -> dict[str, Any]:
    challenge = attempt.challenge
    assert challenge, "this step has one"
    wait = (challenge.next_send_at - timezone.now()).total_seconds()
    return {
        "form": form,
        "challenge": challenge,
        "method": asked,
        "way": asked.way(challenge.way),
        "hint": checks.chosen_offer(attempt)["hint"],
        "wait": max(0, int(wait + 1)),
    }
