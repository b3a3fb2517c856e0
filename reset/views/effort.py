"""Showing strangers' browsers the work they have to do, or letting them wait instead.

What it is for is named by the page it is done for, which gets it in a form.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import seams
from accounts.people.models import Directory
from accounts.signin.guards import VisitRequest, public
from reset import effort, waits
from reset.effort import Effort
from reset.limits import Paused
from reset.views.pages import show_paused

KEY = "wait"  # in the session: {"purpose", "ticket", "fields"}


def brought(request: VisitRequest) -> Effort:
    """What came with this form."""
    return Effort(
        browser=request.META.get("CSRF_COOKIE", ""),
        answer=request.POST.get("effort", ""),
        ticket=request.POST.get("ticket", ""),
    )


def work_for(request: VisitRequest, purpose: str) -> dict[str, Any] | None:
    """For a form that is shown: work that can be done while somebody types. None where strangers
    have none, or where this browser has signed in somebody: they may not have to."""
    if request.client.browser:
        return None
    directory = request.directory.pk if request.directory else 0
    return _work(request, purpose) if effort.is_expected(directory) else None


def show_work(
    request: VisitRequest, due: effort.Due, purpose: str, fields: Mapping[str, str]
) -> HttpResponse:
    """The work, done by itself, and then what was typed is sent again; or the wait."""
    if "wait" in request.POST:
        return _let_wait(request, due.directory, purpose, fields)
    context = {
        "work": {**_work(request, purpose), "sends": True},
        "action": reverse(purpose),
        "fields": fields,
        "seconds": settings.BOT_CHALLENGE_WAIT_SECONDS,
    }
    return render(request, "reset/work.html", context)


@require_safe
@public
def moment(request: VisitRequest) -> HttpResponse:
    """Waiting, and then going on; the page looks again by itself."""
    held = request.session.get(KEY) if request.session.session_key else None
    if not held:
        return redirect(effort.RESET)
    wait = waits.at(held["ticket"])
    context = {"wait": wait, "fields": held["fields"], "action": reverse(held["purpose"])}
    response = render(request, "reset/moment.html", context)
    if wait.left:
        response["Refresh"] = str(wait.left)
    return response


def _let_wait(
    request: VisitRequest, directory: Directory, purpose: str, fields: Mapping[str, str]
) -> HttpResponse:
    begun = waits.begin(
        browser=_browser(request), purpose=purpose, directory=directory, client=request.client
    )
    if isinstance(begun, Paused):
        return show_paused(request, begun)
    request.session[KEY] = {"purpose": purpose, "ticket": begun.ticket, "fields": dict(fields)}
    return redirect("reset:moment")


def _work(request: VisitRequest, purpose: str) -> dict[str, Any]:
    kind = seams.bot_challenge()
    asked = kind.ask(browser=_browser(request), purpose=purpose)
    return {"template": kind.template, "script": kind.script, "asked": asked}


def _browser(request: VisitRequest) -> str:
    """The secret in this browser's cookie, which every form of ours needs anyway."""
    get_token(request)
    return str(request.META["CSRF_COOKIE"])
