"""The front door: five ways for everybody, and for people who are signed in what they open."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.forms import LONGEST_NAME
from accounts.people import applications
from accounts.people.models import User
from accounts.people.services import default_directory, directory_named
from accounts.policy import services as policies
from accounts.signin.guards import VisitRequest, public
from registration import coverage

_PREFILL = "prefill"  # what the reset portal is told in its address, too


@require_safe
@public
def portal(request: VisitRequest) -> HttpResponse:
    """The five ways, branded as far as the directory is known; or the person's start page."""
    if "directory" in request.GET:
        named = request.GET["directory"][:LONGEST_NAME]
        request.session[_PREFILL] = {**request.session.get(_PREFILL, {}), "directory": named}
        return HttpResponseRedirect(reverse("portal"), status=303)
    user = request.user
    if isinstance(user, User):
        return render(request, "portal_signed_in.html", _start_page(request, user))
    return render(request, "portal.html", _front_door(request))


def wear(request: VisitRequest) -> str:
    """Make the page that of the directory this browser came for, if it is known.

    Returns the name it was asked for by; empty when it was not, or there is no such.
    """
    kept = request.session.get(_PREFILL, {}) if request.session.session_key else {}
    named = str(kept.get("directory", ""))
    asked = directory_named(named) if named else None
    request.directory = request.directory or asked or default_directory()
    if request.directory:
        request.helpdesk_link = policies.general_helpdesk_url(request.directory)
    return named if asked else ""


def _front_door(request: VisitRequest) -> dict[str, Any]:
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
