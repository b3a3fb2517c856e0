"""What the audit trail says about factors and codes."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class CodeSent(
    Event,
    kind="registration.code_sent",
    outcome=Outcome.NOTED,
    sentence=_("Sent a code (%(method)s, %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class CodeForNobody(
    Event,
    kind="registration.code_for_nobody",
    outcome=Outcome.NOTED,
    sentence=_("Made a code for nobody and sent nothing (%(method)s, %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class CodeNotSent(
    Event,
    kind="registration.code_not_sent",
    outcome=Outcome.FAILED,
    sentence=_("A code could not be sent yet (%(method)s, %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class CodeUndeliverable(
    Event,
    kind="registration.code_undeliverable",
    outcome=Outcome.FAILED,
    sentence=_("A code could not be delivered (%(method)s, %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class CodeHeldBack(
    Event,
    kind="registration.code_held_back",
    outcome=Outcome.BLOCKED,
    sentence=_("Held a code back: too many to one address (%(method)s, %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class FactorAdded(
    Event,
    kind="registration.factor_added",
    outcome=Outcome.NOTED,
    sentence=_("Began to add a method (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class ConfirmationFailed(
    Event,
    kind="registration.confirmation_failed",
    outcome=Outcome.FAILED,
    sentence=_("Could not confirm a method (%(method)s, %(reason)s)"),
):
    method: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FactorConfirmed(
    Event,
    kind="registration.factor_confirmed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Added a method (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorRenamed(
    Event,
    kind="registration.factor_renamed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Renamed a method (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorPreferred(
    Event,
    kind="registration.factor_preferred",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Chose a method to be offered first (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class AskedAgain(
    Event,
    kind="registration.asked_again",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Must look over their methods at the next sign-in"),
):
    """Nothing but who and when."""


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(
    Event,
    kind="registration.factor_removed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Removed a method (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorSetByStaff(
    Event,
    kind="registration.factor_set_by_staff",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Set a method for the person (%(method)s)"),
):
    """``confirmed``: it counts without the person having confirmed it."""

    method: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class FactorTakenOver(
    Event,
    kind="registration.factor_taken_over",
    outcome=Outcome.SUCCEEDED,
    sentence=_("The directory server told a method (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorImported(
    Event,
    kind="registration.factor_imported",
    outcome=Outcome.SUCCEEDED,
    sentence=_("A method was set by import (%(method)s, confirmed: %(confirmed)s)"),
):
    """``confirmed``: the operator answers for it, and the person was not asked."""

    method: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class FactorsImported(
    Event,
    kind="registration.factors_imported",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Imported methods: %(created)d new, %(updated)d changed"),
):
    """A stretch of a file: which rows, and how many of them changed something."""

    first_row: int
    last_row: int
    created: int
    updated: int


@dataclass(frozen=True, kw_only=True)
class PassIssued(
    Event,
    kind="registration.pass_issued",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Issued a temporary pass (for %(minutes)d minutes)"),
):
    minutes: int


@dataclass(frozen=True, kw_only=True)
class PassRevoked(
    Event,
    kind="registration.pass_revoked",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Made a temporary pass void"),
):
    """Nothing but who and when."""


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(
    Event,
    kind="registration.recovery_code_used",
    outcome=Outcome.NOTED,
    sentence=_("Used a recovery code (%(left)d left)"),
):
    left: int


@dataclass(frozen=True, kw_only=True)
class CoverageConfirmed(
    Event,
    kind="registration.coverage_confirmed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Confirmed that their methods are right"),
):
    """Nothing but who and when."""


@dataclass(frozen=True, kw_only=True)
class RegistrationPutOff(
    Event,
    kind="registration.put_off",
    outcome=Outcome.NOTED,
    sentence=_("Put registration off (%(skips)d so far)"),
):
    skips: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorPassed(
    Event,
    kind="registration.second_factor_passed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Passed the second check at sign-in (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorFailed(
    Event,
    kind="registration.second_factor_failed",
    outcome=Outcome.FAILED,
    sentence=_("Failed the second check at sign-in (%(method)s, %(reason)s)"),
):
    method: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RehearsalStarted(
    Event,
    kind="registration.rehearsal_started",
    outcome=Outcome.NOTED,
    sentence=_("Began to try whether they could get back in (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class RehearsalPassed(
    Event,
    kind="registration.rehearsal_passed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Tried a method, and it works (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class RehearsalFailed(
    Event,
    kind="registration.rehearsal_failed",
    outcome=Outcome.FAILED,
    sentence=_("Tried a method, and it did not work (%(method)s, %(reason)s)"),
):
    """``reason``: how the answer was judged, ``wrong_number`` or ``nothing_arrived``."""

    method: str
    reason: str
