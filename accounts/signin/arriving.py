"""Letting somebody in whose sign-in page knows who it is, whatever proved it."""

from django.conf import settings
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.people.models import User
from accounts.signin import keys, services
from accounts.signin.guards import VisitRequest


def let_in(
    request: VisitRequest, user: User, *, known_browser: bool, second_factor: bool = False
) -> str:
    """Start the person's session; returns where to go first.

    ``known_browser``: it has signed them in before. ``second_factor``: they have shown more
    than a password.
    """
    target = services.begin_session(
        request.session,
        user,
        request.client,
        known_browser=known_browser,
        target=target_of(request),
        second_factor=second_factor,
    )
    rotate_token(request)
    if keys.UNSETTLED not in request.session:
        request.settled_user = user
    return target


def target_of(request: VisitRequest) -> str:
    """The page that was asked for, if it is one of ours."""
    asked = request.GET.get("next", "")
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else settings.LOGIN_REDIRECT_URL
