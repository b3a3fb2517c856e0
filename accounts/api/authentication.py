"""Who calls: a token in the Authorization header (RFC 6750), and nothing else.

No cookie counts here, so no page of another site can make a browser call.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import BasePermission

from accounts.api import events, tokens
from accounts.api.models import ApiToken
from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, spend
from accounts.people.models import Directory, User

MINUTE = timedelta(minutes=1)
BY_TOKEN = Limit("api.calls_with_one_token", times=300, within=MINUTE, rest=MINUTE)
BY_NETWORK = Limit("api.calls_from_one_network", times=900, within=MINUTE, rest=MINUTE)
REFUSALS = Limit(
    "api.refused_tokens_from_one_network",
    times=20,
    within=timedelta(minutes=10),
    rest=timedelta(minutes=10),
)

_REASONS = {
    "unknown": "This is no token of ours. Check that it was copied whole.",
    "revoked": "This token was revoked. Ask an administrator for a new one.",
    "expired": "This token has ended. Ask an administrator for a new one.",
    "creator_disabled": "Whoever made this token is disabled, so it opens nothing.",
    "role_lost": "Whoever made this token lost the role it acts with, so it opens nothing.",
}


class BearerToken(BaseAuthentication):
    """``request.user`` becomes whoever made the token, ``request.auth`` the token itself."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        client: Client = request.client
        _count(BY_NETWORK, client.network)
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != "bearer":
            return None
        try:
            token = tokens.admit(text.strip())
        except tokens.Refused as refusal:
            _refuse(refusal, client)
        _count(BY_TOKEN, str(token.pk), directory=token.directory_id)
        return token.created_by, token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'


class HasScope(BasePermission):
    """The token may do what the view's ``scopes`` name for this HTTP method."""

    def has_permission(self, request: Any, view: Any) -> bool:
        token = request.auth
        if token is None:
            return False
        method = "GET" if request.method == "HEAD" else request.method
        needed = view.scopes.get(method, "")
        if needed and needed not in token.scopes:
            raise PermissionDenied(f"This token lacks the scope {needed}.")
        return True


def _refuse(refusal: tokens.Refused, client: Client) -> None:
    """Count a refused token and write it down; too many are neither looked at nor written."""
    token = refusal.token
    directory = token.directory_id if token else _home()
    _count(REFUSALS, client.network, directory=directory)
    event = events.TokenRefused(token=token.name if token else "", reason=refusal.reason)
    if directory:
        record(event, directory=directory, client=client)
    raise AuthenticationFailed(_REASONS[refusal.reason])


def _home() -> int | None:
    """The trail that tells of tokens that are nobody's."""
    directories = Directory.objects.order_by("-is_default", "pk")
    return directories.values_list("pk", flat=True).first()


def _count(limit: Limit, who: str, directory: int | None = None) -> None:
    spent = spend(limit, who, directory=directory)
    if not spent.allowed:
        raise Throttled(_seconds(spent.until), "That was too often.")


def _seconds(until: datetime | None) -> float:
    return max(1.0, (until - timezone.now()).total_seconds()) if until else 1.0
