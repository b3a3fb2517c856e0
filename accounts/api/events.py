"""What the audit trail says about the API. A token is named, never shown."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class TokenCreated(
    Event,
    kind="api.token_created",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Made the API token %(token)s for %(days)d days"),
):
    token: str
    scopes: list[str]
    days: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(
    Event,
    kind="api.token_revoked",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Revoked the API token %(token)s"),
):
    token: str


@dataclass(frozen=True, kw_only=True)
class TokenRefused(
    Event,
    kind="api.token_refused",
    outcome=Outcome.FAILED,
    sentence=_("Refused an API token (%(reason)s)"),
):
    """``token`` is empty for one that is none of ours."""

    token: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Called(
    Event,
    kind="api.called",
    outcome=Outcome.NOTED,
    sentence=_("Changed through the API, with the token %(token)s (%(operation)s)"),
):
    """Stands beside the event of the change itself, under the same request."""

    token: str
    operation: str
