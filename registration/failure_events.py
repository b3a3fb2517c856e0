"""What the trail says about wrong answers in a row."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class FactorDisabled(
    Event,
    kind="registration.factor_disabled",
    outcome=Outcome.BLOCKED,
    sentence=_("A method was put out of use after too many wrong answers (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorGuessedAt(
    Event,
    kind="registration.factor_guessed_at",
    outcome=Outcome.NOTED,
    sentence=_("Many wrong answers in a row were given to a method (%(method)s, %(times)d)"),
):
    method: str
    times: int


@dataclass(frozen=True, kw_only=True)
class FactorPutBack(
    Event,
    kind="registration.factor_put_back",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Put a method back that wrong answers had put out of use (%(method)s)"),
):
    method: str
