from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class Changed(
    Event,
    kind="change.changed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Changed the password"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ChangeRefused(
    Event,
    kind="change.refused",
    outcome=Outcome.FAILED,
    sentence=_("Could not change the password (%(why)s)"),
):
    why: str


@dataclass(frozen=True, kw_only=True)
class Reminded(
    Event,
    kind="change.reminded",
    outcome=Outcome.NOTED,
    sentence=_("Was reminded that the password expires (%(days)s days before)"),
):
    days: int
