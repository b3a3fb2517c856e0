"""What the audit trail says about own texts of messages."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class TextChanged(
    Event,
    kind="messages.text_changed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Changed the text of a message: %(text)s"),
):
    text: str


@dataclass(frozen=True, kw_only=True)
class TextRemoved(
    Event,
    kind="messages.text_removed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Removed the own text of a message: %(text)s"),
):
    text: str
