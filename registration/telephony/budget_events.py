"""What the audit trail says about spending on telephones. No number is in it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class TelephonyBudgetUsedUp(
    Event,
    kind="telephony.budget_used_up",
    outcome=Outcome.BLOCKED,
    sentence=_("Used up a telephony budget for today (%(budget)s %(country)s)"),
):
    """Once a day for each budget of a directory; ``country`` is empty for that of them all."""

    budget: str
    country: str


@dataclass(frozen=True, kw_only=True)
class TelephonyAlarmRaised(
    Event,
    kind="telephony.alarm_raised",
    outcome=Outcome.FAILED,
    sentence=_("Of %(sent)d codes sent to %(country)s in %(hours)d hours, %(answered)d came back"),
):
    country: str
    hours: int
    sent: int
    answered: int
    paused: bool


@dataclass(frozen=True, kw_only=True)
class TelephonyAlarmLifted(
    Event,
    kind="telephony.alarm_lifted",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Lifted the alarm about texts to %(country)s"),
):
    country: str


@dataclass(frozen=True, kw_only=True)
class TelephonyBudgetChanged(
    Event,
    kind="telephony.budget_changed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Changed the telephony budget"),
):
    """``changes``: one ``setting: old -> new`` for each that differs."""

    changes: list[str]
