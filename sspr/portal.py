"""The front door: five ways for everybody, and for people who are signed in what they open."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import prefill
from accounts.people import applications
from accounts.people.models import User
from accounts.people.services import default_directory
from accounts.policy import services as policies
from accounts.signin.guards import VisitRequest, public
from registration import coverage


@require_safe
@public
def portal(request: VisitRequest) -> HttpResponse:
    """The five ways, branded as far as the directory is known; or the person's start page."""
    user = request.user
    if isinstance(user, User):
        return render(request, "portal_signed_in.html", _start_page(request, user))
    return render(request, "portal.html", _front_door(request))


def wear(request: VisitRequest) -> str:
    """Make the page that of the directory this browser came for, if it is known.

    Returns the name it was asked for by; empty when it was not, or there is no such.
    """
    asked = prefill.directory(request)
    request.directory = request.directory or asked or default_directory()
    if request.directory:
        request.helpdesk_link = policies.general_helpdesk_url(request.directory)
    return prefill.kept(request)["directory"] if asked else ""


def _front_door(request: VisitRequest) -> dict[str, Any]:
    prefill.forget(request, "goal")  # it is chosen here
    named = wear(request)
    remembered = {"directory": named} if named else {}
    return {
        "forgot_query": urlencode(remembered),
        "unlock_query": urlencode({**remembered, "goal": "unlock"}),
    }


def _start_page(request: VisitRequest, user: User) -> dict[str, Any]:
    request.helpdesk_link = policies.helpdesk_url(user)
    row = coverage.of(user)
    return {
        "person": user,
        "applications": applications.for_person(user),
        "missing": row.enabled and not row.registered,
    }
