"""Sessions, judged on every request: whose they are, and whether they still count."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.audit.services import record
from accounts.signin import browsers, events, keys, rules

Answer = Callable[[HttpRequest], HttpResponseBase]


class SessionRules:
    """Ends what is over, and keeps a session nobody's while an interrupt is unsettled.

    Until then ``request.user`` is anonymous to every page, and ``request.interrupted_user`` is
    whose session it will be.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _judge(request)
        response = self.get_response(request)
        _remember_browser(request, response)
        return response


def _judge(request: Any) -> None:
    request.interrupted_user = request.settled_user = request.directory = None
    if SESSION_KEY not in request.session:
        return
    now = int(timezone.now().timestamp())
    user = request.user
    if not user.is_authenticated:
        return rules.close(request.session, "account")
    because = rules.why_over(request.session, user, now)
    if because:
        return _end(request, because)
    request.directory = user.directory
    if request.session.get(keys.UNSETTLED):
        request.interrupted_user, request.user = user, AnonymousUser()
    rules.touch(request.session, now)


def _end(request: Any, because: str) -> None:
    user, request.user = request.user, AnonymousUser()
    rules.close(request.session, because)
    record(
        events.SessionEnded(because=because),
        directory=user.directory_id,
        client=request.client,
        subject=user,
    )


def _remember_browser(request: Any, response: HttpResponseBase) -> None:
    """Once somebody is in for good, know this browser from now on."""
    if request.settled_user is None:
        return
    name = settings.BROWSER_COOKIE_NAME
    response.set_cookie(
        name,
        browsers.remember(request.settled_user, request.COOKIES.get(name, "")),
        max_age=browsers.KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
