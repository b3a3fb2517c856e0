"""Try my recovery: the checks of a reset, for nothing but to see that they work."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.moments import told
from accounts.signin.guards import VisitRequest, acting_user, recent_password_required
from registration import challenges, methods, rehearsal, words
from registration.answer_forms import AnswerForm
from registration.forms import TrialForm, WholeNumberForm
from registration.methods.base import Way
from registration.models import Challenge, Purpose
from registration.rehearsal import Line
from registration.views import steps

_ask = require_http_methods(["GET", "HEAD", "POST"])


@_ask
@never_cache
@recent_password_required
def overview(request: VisitRequest) -> HttpResponse:
    """What works, what does not, what to do; and the choice of what to try, as at a reset."""
    standing = rehearsal.of(acting_user(request))
    offers = [(line, way) for line in standing.can_be_tried for way in line.method.ways]
    form = TrialForm(offers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        line, way = form.chosen
        if line.method.completed:
            asking = reverse("registration:rehearsal_number", args=[line.factor.pk])
            return redirect(f"{asking}?{urlencode({'way': way.slug})}")
        return _begin(request, form, line, way, typed="")
    return _choice(request, form, standing)


@_ask
@never_cache
@recent_password_required
def number(request: VisitRequest, pk: int) -> HttpResponse:
    """What is the whole number? Asked where a reset asks for it."""
    standing = rehearsal.of(acting_user(request))
    line = next((one for one in standing.can_be_tried if one.factor.pk == pk), None)
    if line is None or not line.method.completed:
        raise Http404
    try:
        way = line.method.way(request.GET.get("way", line.method.ways[0].slug))
    except KeyError:
        raise Http404 from None
    form = WholeNumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _begin(request, form, line, way, typed=form.cleaned_data["address"])
    return _number(request, form, line)


@_ask
@never_cache
def check(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer the question. A challenge of anything else, or anybody else, is none."""
    challenge = _own(request, pk)
    if challenge is None:
        messages.info(request, _("That trial is over. You can start another."))
        return redirect("registration:rehearsal")
    method = methods.get(challenge.method)
    form = method.form(challenge, request.POST if request.method == "POST" else None)
    answer = None
    if form.is_valid():
        try:
            answer = rehearsal.answer(
                challenge, form.answer, holder=steps.holder_of(request), client=request.client
            )
        except ValidationError as paused:
            form.add_error(form.asked, paused)
        else:
            if answer.passed:
                messages.success(request, _("It works. It can get you back in."))
                return redirect("registration:rehearsal")
            form = method.asked_again(challenge, form)
            form.add_error(form.asked, words.refusal(answer, method))
    if steps.is_over(answer, challenge):
        messages.warning(request, _("This did not work. See below what you can do."))
        return redirect("registration:rehearsal")
    return _question(request, challenge, form)


@require_POST
@never_cache
def again(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a newer code, when it is time for one."""
    challenge = _own(request, pk)
    if challenge is None:
        return redirect("registration:rehearsal")
    if challenges.resend(challenge):
        messages.info(request, _("A new code is on its way. Only the newest works."))
    else:
        messages.warning(request, _("It is too early for a new code. Wait a little."))
    return redirect("registration:rehearsal_check", pk)


@require_POST
@never_cache
def nothing(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Nothing arrived, or the device is gone: good to know now."""
    challenge = _own(request, pk)
    if challenge is not None:
        rehearsal.nothing_arrived(challenge, client=request.client)
        messages.warning(request, _("Good that you tried. See below what you can do."))
    return redirect("registration:rehearsal")


def _own(request: VisitRequest, pk: uuid.UUID) -> Challenge | None:
    """This session's own trial, while it goes on."""
    user = acting_user(request)
    found = challenges.held_by(steps.holder_of(request), Purpose.REHEARSAL, user.directory, pk)
    if found is None or found.factor is None or found.factor.user_id != user.pk:
        return None
    over = found.passed_at or found.closed_at or found.expires_at < timezone.now()
    return None if over else found


def _begin(request: VisitRequest, form: Any, line: Line, way: Way, typed: str) -> HttpResponse:
    user = acting_user(request)
    line.factor.user, line.factor.directory = user, user.directory
    try:
        challenge = rehearsal.begin(
            line.factor,
            way.slug,
            typed=typed,
            holder=steps.holder_of(request),
            client=request.client,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        if line.method.completed:
            return _number(request, form, line)
        return _choice(request, form, rehearsal.of(user))
    return redirect("registration:rehearsal_check", challenge.pk)


def _choice(request: VisitRequest, form: TrialForm, standing: rehearsal.Rehearsal) -> HttpResponse:
    context = {"form": form, "rehearsal": standing, "zone": acting_user(request).directory.zone}
    return render(request, "registration/rehearsal.html", context)


def _number(request: VisitRequest, form: WholeNumberForm, line: Line) -> HttpResponse:
    return render(request, "registration/rehearsal_number.html", {"form": form, "line": line})


def _question(request: VisitRequest, challenge: Challenge, form: AnswerForm) -> HttpResponse:
    method, factor = methods.get(challenge.method), challenge.factor
    assert factor, "who tries a factor has it"
    wait = (challenge.next_send_at - timezone.now()).total_seconds()
    context = {
        "form": form,
        "challenge": challenge,
        "method": method,
        "way": method.way(challenge.way),
        "hint": method.mask(factor),
        "wait": int(wait) + 1 if wait > 0 else 0,
        "wait_until": told(challenge.next_send_at, challenge.directory.time_zone),
    }
    return render(request, "registration/rehearsal_check.html", context)
