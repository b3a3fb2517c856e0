"""What the trail says about attempts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class Started(
    Event,
    kind="reset.started",
    outcome=Outcome.NOTED,
    sentence=_("Said who they are (%(standing)s)"),
):
    """``standing``: ready, or why this attempt cannot be won (see ``reset.outcomes``)."""

    standing: str
    policy: str
    gates: int


@dataclass(frozen=True, kw_only=True)
class Denied(
    Event,
    kind="reset.denied",
    outcome=Outcome.FAILED,
    sentence=_("Was told why this cannot be done: %(standing)s (%(code)s)"),
):
    """``standing`` as of ``Started``; ``code`` is what the page says, like SSPR_0014."""

    standing: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Overtaken(
    Event,
    kind="reset.overtaken",
    outcome=Outcome.FAILED,
    sentence=_("Ended because the password was set in another attempt"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class StepShown(
    Event, kind="reset.step_shown", outcome=Outcome.NOTED, sentence=_("Saw the step %(step)s")
):
    step: str


@dataclass(frozen=True, kw_only=True)
class GoalChosen(
    Event, kind="reset.goal_chosen", outcome=Outcome.NOTED, sentence=_("Asked for: %(goal)s")
):
    goal: str


@dataclass(frozen=True, kw_only=True)
class AddressTyped(
    Event,
    kind="reset.address_typed",
    outcome=Outcome.NOTED,
    sentence=_("Typed a whole address or number (%(method)s, ours: %(matched)s)"),
):
    method: str
    matched: str


@dataclass(frozen=True, kw_only=True)
class GateStarted(
    Event,
    kind="reset.gate_started",
    outcome=Outcome.NOTED,
    sentence=_("Began a check (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class GatePassed(
    Event,
    kind="reset.gate_passed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Passed a check (%(method)s)"),
):
    method: str


@dataclass(frozen=True, kw_only=True)
class GateFailed(
    Event,
    kind="reset.gate_failed",
    outcome=Outcome.FAILED,
    sentence=_("Failed a check (%(method)s): %(why)s"),
):
    method: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Blocked(
    Event,
    kind="reset.blocked",
    outcome=Outcome.BLOCKED,
    sentence=_("Was stopped by the limit %(limit)s until %(until)s"),
):
    limit: str
    until: str
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class OutOfTurn(
    Event,
    kind="reset.out_of_turn",
    outcome=Outcome.FAILED,
    sentence=_("Asked for the step %(step)s out of turn"),
):
    step: str


@dataclass(frozen=True, kw_only=True)
class PasswordRefused(
    Event,
    kind="reset.password_refused",
    outcome=Outcome.FAILED,
    sentence=_("Chose a password that was refused (%(rules)s)"),
):
    rules: str


@dataclass(frozen=True, kw_only=True)
class EvidenceRefused(
    Event,
    kind="reset.evidence_refused",
    outcome=Outcome.FAILED,
    sentence=_("Could not finish: %(why)s"),
):
    why: str


@dataclass(frozen=True, kw_only=True)
class HelpShown(
    Event, kind="reset.help_shown", outcome=Outcome.NOTED, sentence=_("Looked for other help")
):
    pass


@dataclass(frozen=True, kw_only=True)
class AdministratorContacted(
    Event,
    kind="reset.administrator_contacted",
    outcome=Outcome.NOTED,
    sentence=_("Contacted the administrators: %(reason)s"),
):
    reason: str


@dataclass(frozen=True, kw_only=True)
class Succeeded(
    Event,
    kind="reset.succeeded",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Reset the password (checked by %(methods)s)"),
):
    methods: str


@dataclass(frozen=True, kw_only=True)
class Unlocked(
    Event,
    kind="reset.unlocked",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Unlocked the account (checked by %(methods)s)"),
):
    methods: str


@dataclass(frozen=True, kw_only=True)
class Stopped(
    Event, kind="reset.stopped", outcome=Outcome.NOTED, sentence=_("Stopped the attempt")
):
    pass


@dataclass(frozen=True, kw_only=True)
class Disowned(
    Event,
    kind="reset.disowned",
    outcome=Outcome.BLOCKED,
    sentence=_("Was stopped: the owner of the account said that it was not them"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class CodeDenied(
    Event,
    kind="reset.code_denied",
    outcome=Outcome.BLOCKED,
    sentence=_("Said that they did not ask for a code (%(method)s, for: %(purpose)s)"),
):
    method: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Expired(
    Event,
    kind="reset.expired",
    outcome=Outcome.FAILED,
    sentence=_("Left the attempt unfinished, at the step %(step)s"),
):
    step: str


@dataclass(frozen=True, kw_only=True)
class Failed(
    Event,
    kind="reset.failed",
    outcome=Outcome.FAILED,
    sentence=_("The attempt failed: %(why)s"),
):
    why: str


@dataclass(frozen=True, kw_only=True)
class BlockOfPersonLifted(
    Event,
    kind="reset.block_lifted",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Lifted a block (%(block)s), because: %(reason)s"),
):
    """``block``: the limit, the method and whose tries it counted, as far as it has them."""

    block: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StaffAct(
    Event,
    kind="reset.staff_act",
    outcome=Outcome.NOTED,
    sentence=_("Staff asked for this in the person’s place: %(operation)s"),
):
    """Before anything is sent; the note beside it says why."""

    operation: str


@dataclass(frozen=True, kw_only=True)
class ResetByStaff(
    Event,
    kind="reset.by_staff",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Staff set a temporary password"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class UnlockedByStaff(
    Event,
    kind="reset.unlocked_by_staff",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Staff unlocked the account"),
):
    pass
