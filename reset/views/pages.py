"""The pages that several views of the reset portal show."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.moments import told_end
from accounts.people.models import Directory
from accounts.policy.services import general_helpdesk_url
from accounts.signin.guards import VisitRequest
from registration import methods
from reset import kiosk, outcomes, steps
from reset.limits import Paused
from reset.models import Attempt
from reset.outcomes import Standing

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def show_step(
    request: VisitRequest, attempt: Attempt, template: str, context: dict[str, Any]
) -> HttpResponse:
    line = steps.line(attempt)
    if "form" in context:
        kiosk.offer_nothing(request, context["form"])
    return render(request, template, {"attempt": attempt, "steps": line, **context})


def show_paused(
    request: VisitRequest, paused: Paused, template: str = "reset/paused.html", **context: Any
) -> HttpResponse:
    """Said openly, and alike for everybody."""
    name = methods.get(paused.method).label if paused.method else ""
    if paused.until is None:
        return render(request, "reset/held_up.html", {"method": name}, status=503)
    until = told_end(paused.until, paused.time_zone)
    response = render(request, template, {"until": until, "method": name, **context}, status=429)
    response["Retry-After"] = str(_seconds_until(paused.until))
    return response


def show_unavailable(request: VisitRequest, *, is_set_up: bool) -> HttpResponse:
    """Before any check, and alike for everybody: passing checks for nothing helps nobody."""
    context = {"is_set_up": is_set_up, "outcome": outcomes.of(Standing.STORE_AWAY)}
    response = render(request, "reset/unavailable.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def show_helpdesk_only(request: VisitRequest, directory: Directory) -> HttpResponse:
    """Nobody resets alone just now; before any check and in the middle of one, alike for all."""
    request.directory = directory
    request.helpdesk_link = general_helpdesk_url(directory)
    return render(request, "reset/helpdesk_only.html", status=503)


def _seconds_until(moment: datetime) -> int:
    return max(1, int((moment - timezone.now()).total_seconds()))
