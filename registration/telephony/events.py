"""What the audit trail says about messages to telephones. No number is in it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(
    Event,
    kind="registration.message_delivered",
    outcome=Outcome.NOTED,
    sentence=_("A message reached its telephone (%(method)s, %(way)s)"),
):
    """``way`` is text or call."""

    method: str
    way: str
    provider: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(
    Event,
    kind="registration.message_failed",
    outcome=Outcome.FAILED,
    sentence=_("A message did not reach its telephone (%(method)s, %(way)s, error %(error)s)"),
):
    """``error`` is the provider's own code; ``lasting``: it will be the same tomorrow."""

    method: str
    way: str
    provider: str
    error: str
    lasting: bool
