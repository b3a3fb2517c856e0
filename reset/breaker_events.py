"""What the audit trail says about guessing at many accounts, and what was done about it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class GuessingNoticed(
    Event,
    kind="reset.guessing_noticed",
    outcome=Outcome.FAILED,
    sentence=_("Strangers gave %(wrong)d wrong answers in an hour; %(bound)d were to be expected"),
):
    """``everywhere``: judged by the answers in all directories together. ``helpdesk_only``:
    resets are left to the helpdesk meanwhile."""

    wrong: int
    bound: int
    everywhere: bool
    helpdesk_only: bool


@dataclass(frozen=True, kw_only=True)
class GuessingOver(
    Event,
    kind="reset.guessing_over",
    outcome=Outcome.NOTED,
    sentence=_("The wrong answers of strangers are as few as usual again"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ResetsRestored(
    Event,
    kind="reset.restored",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Ended the measures against guessing"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class LeftToHelpdesk(
    Event,
    kind="reset.left_to_helpdesk",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Left resets to the helpdesk alone"),
):
    pass
