"""A person's own pages: the account, where they are signed in, and what happened lately."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people.models import User
from accounts.policy import services as policies
from accounts.signin import own_sessions
from accounts.signin.guards import VisitRequest, recent_password_required
from registration.overview import overview_of
from sspr import account_facts as facts

_ask = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
def account(request: VisitRequest) -> HttpResponse:
    """Password, ways to get back in, sessions, and what happened lately."""
    user = _person(request)
    activity, more = facts.lately(user)
    context = {
        "password": facts.password_of(user),
        "overview": overview_of(user),
        "sessions": _sessions(request, user),
        "activity": activity,
        "more": more,
    }
    return _page(request, user, "account.html", context)


@require_safe
@never_cache
def activity(request: VisitRequest) -> HttpResponse:
    """Everything that happened to this person, newest first, a page at a time."""
    user = _person(request)
    happened, newer, older = facts.page_of_activity(
        user, request.GET.get("older", ""), request.GET.get("newer", "")
    )
    context = {"activity": happened, "newer": newer, "older": older}
    return _page(request, user, "account_activity.html", context)


@_ask
@never_cache
@recent_password_required
def end_session(request: VisitRequest, key: str) -> HttpResponse:
    """Sign out one session elsewhere. Somebody else's answers like one that is over."""
    user = _person(request)
    session = own_sessions.one(user, request.session.session_key, key)
    if session is None:
        messages.info(request, _("That session is over already."))
        return redirect("account")
    if request.method == "POST":
        if own_sessions.end(user, session, request.client):
            messages.success(request, _("Signed out there. Nobody can go on in that browser."))
        return redirect("account")
    context = {"session": session, "device": facts.device_name(session.device)}
    return _page(request, user, "account_end_session.html", context)


@_ask
@never_cache
@recent_password_required
def end_other_sessions(request: VisitRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = _person(request)
    if request.method != "POST":
        return _page(request, user, "account_end_session.html", {})
    ended = own_sessions.end_others(user, str(request.session.session_key), request.client)
    told = ngettext("Signed out in %(n)d other place.", "Signed out in %(n)d other places.", ended)
    nowhere = _("You were not signed in anywhere else.")
    messages.success(request, told % {"n": ended} if ended else nowhere)
    return redirect("account")


def _sessions(request: VisitRequest, user: User) -> list[dict[str, Any]]:
    icons = {"phone": "mobile", "tablet": "mobile"}
    return [
        {
            "row": one,
            "device": facts.device_name(one.device),
            "icon": icons.get(one.device, "laptop"),
        }
        for one in own_sessions.listed(user, request.session.session_key)
    ]


def _person(request: VisitRequest) -> User:
    assert isinstance(request.user, User), "people without a session do not come here"
    return request.user


def _page(
    request: VisitRequest, user: User, template: str, context: dict[str, Any]
) -> HttpResponse:
    request.directory = user.directory
    request.helpdesk_link = policies.helpdesk_url(user)
    return render(request, template, {"person": user, **context})
