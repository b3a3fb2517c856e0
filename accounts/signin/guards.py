"""Who may open which page. A page without a guard is for people who are signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.client import Client
from accounts.people.models import Directory, User
from accounts.signin import keys, rules


class VisitRequest(HttpRequest):
    """A request after the middleware: with a client, and with whoever it is."""

    client: Client
    user: User | AnonymousUser
    interrupted_user: User | None
    settled_user: User | None
    directory: Directory | None
    directory_id: int
    reference: str
    helpdesk_link: str
    kiosk: Any


View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """For anyone, and never kept by a cache."""
    return login_not_required(never_cache(view))


def settles(slug: str) -> Callable[[View], View]:
    """Serves people who are signed in, and those whose sign-in this interrupt holds up.

    Interrupts are dealt with in their order: one further down opens for nobody.
    """

    def decorate(view: View) -> View:
        @login_not_required
        @never_cache
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            if request.interrupted_user is None:
                return redirect_to_login(request.get_full_path())
            if request.session[keys.UNSETTLED][0] != slug:
                return HttpResponseRedirect(reverse("signin:sign_in"))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def acting_user(request: Any) -> User:
    """Whom a page decorated with ``settles`` serves."""
    if request.user.is_authenticated:
        user: User = request.user
        return user
    interrupted: User | None = request.interrupted_user
    if interrupted is None:
        raise PermissionDenied
    return interrupted


def staff_required(*roles: str) -> Callable[[View], View]:
    """For people with one of these roles (any, when none is named) and a second factor."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            held = request.user.roles
            if not (held & set(roles) if roles else held):
                raise PermissionDenied
            if keys.SECOND_FACTOR_AT not in request.session:
                request.session[keys.TARGET] = _page(request)
                return HttpResponseRedirect(reverse("registration:second_factor"))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def recently_authenticated(request: Any) -> bool:
    """Did the person give the password within the last ten minutes?"""
    return rules.is_recent(request.session, timezone.now())


def recent_password_required(view: View) -> View:
    """For people who gave their password lately; the others are asked for it again."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or recently_authenticated(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(_page(request), resolve_url("signin:again"))

    return guarded


def _page(request: HttpRequest) -> str:
    """The page to come back to: what was posted is not posted again."""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
