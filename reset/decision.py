"""May this person reset? The whole sequence, in the order in which it is asked.

Microsoft's order, but for what is ours: the first rule that applies decides, and so which message
wins. People with a role pass by the rules about policies. A rule that fails opens nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from accounts.people.models import Source, User
from accounts.policy.models import Policy
from accounts.policy.services import EffectiveRules
from registration.models import Factor
from reset.outcomes import Standing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the rules look at, read before any of them is asked.

    ``policies``: all of the directory, in their order. ``usable``: the factors that could pass a
    gate now. ``can_be_written``: the password has a store; ``is_away``: it does not answer.
    """

    user: User | None
    policies: list[Policy]
    rules: EffectiveRules
    usable: list[Factor]
    can_be_written: bool
    is_away: bool


def _is_unknown(case: Case) -> bool:
    return case.user is None


def _is_disabled(case: Case) -> bool:
    return not (case.user and case.user.enabled)


def _is_blocked(case: Case) -> bool:
    return case.user is None or case.user.resets_blocked_at is not None


def _is_off_for_administrators(case: Case) -> bool:
    return case.rules.administrators and not case.rules.enabled


def _has_no_policy(case: Case) -> bool:
    return not case.rules.administrators and not case.policies


def _is_out_of_scope(case: Case) -> bool:
    return not case.rules.administrators and case.rules.policy is None


def _is_switched_off(case: Case) -> bool:
    return not case.rules.enabled


def _has_too_few_methods(case: Case) -> bool:
    return len({factor.method for factor in case.usable}) < case.rules.gates


def _has_no_writeback(case: Case) -> bool:
    return not case.can_be_written or not may_be_written(case.user, case.rules)


def _is_store_away(case: Case) -> bool:
    return case.is_away


RULES: tuple[tuple[Standing, Callable[[Case], bool]], ...] = (
    (Standing.UNKNOWN, _is_unknown),
    (Standing.DISABLED, _is_disabled),
    (Standing.BLOCKED, _is_blocked),
    (Standing.ADMINISTRATORS_OFF, _is_off_for_administrators),
    (Standing.NO_POLICY, _has_no_policy),
    (Standing.OUT_OF_SCOPE, _is_out_of_scope),
    (Standing.SWITCHED_OFF, _is_switched_off),
    (Standing.TOO_FEW_METHODS, _has_too_few_methods),
    (Standing.NO_WRITEBACK, _has_no_writeback),
    (Standing.STORE_AWAY, _is_store_away),
)


def decide(case: Case) -> Standing:
    """Where somebody stands; ready, when no rule has anything against it."""
    for standing, applies in RULES:
        try:
            if applies(case):
                return standing
        except Exception:  # whatever it is, it must neither open a gate nor show who exists
            logger.exception("The rule for %r failed", standing.value)
            return Standing.FAULT
    return Standing.READY


def may_be_written(user: User | None, rules: EffectiveRules) -> bool:
    """Does policy let this person's password be written where it lives?"""
    is_ours = user is not None and user.source == Source.CLOUD
    return is_ours or rules.policy is None or rules.policy.writeback_enabled
