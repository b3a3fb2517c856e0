"""The front door: five ways for everybody, and for people who are signed in what they open."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import prefill
from accounts.people import applications
from accounts.people.models import User
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


def _front_door(request: VisitRequest) -> dict[str, Any]:
    prefill.forget(request, "goal")  # it is chosen here
    prefill.wear(request)
    named = prefill.kept(request).get("directory", "")
    remembered = {"directory": named} if named else {}
    return {
        "forgot_query": urlencode(remembered),
        "unlock_query": urlencode({**remembered, "goal": "unlock"}),
    }


def _start_page(request: VisitRequest, user: User) -> dict[str, Any]:
    prefill.wear(request)
    row = coverage.of(user)
    return {
        "person": user,
        "applications": applications.for_person(user),
        "missing": row.enabled and not row.registered,
    }
