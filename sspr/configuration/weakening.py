"""Which changes make accounts easier to take over. ``apply`` refuses them until told otherwise."""

from collections.abc import Callable
from typing import Any

from accounts.people.models import BotChallenge

Weaker = Callable[[Any, Any], bool]

_EASIER_TO_STEAL = {"security_questions", "mobile_phone", "office_phone"}


def _lower(old: Any, new: Any) -> bool:
    return bool(new < old)


def _higher(old: Any, new: Any) -> bool:
    return bool(new > old)


def _on(_old: Any, new: Any) -> bool:
    return bool(new)


def _off(_old: Any, new: Any) -> bool:
    return not new


def _methods(old: list[str], new: list[str]) -> bool:
    return not _EASIER_TO_STEAL.isdisjoint(set(new) - set(old))


def _less_often(old: str, new: str) -> bool:
    """``bot_challenge``: never is weaker than while strained, that weaker than always."""
    order = BotChallenge.values
    return order.index(new) < order.index(old)


DIRECTORY: dict[str, Weaker] = {
    "bot_challenge": _less_often,
    "helpdesk_only_when_guessed": _off,
    "administrators_may_reset": _on,
    "lockout_threshold": _higher,
    "lockout_seconds": _lower,
}
TELEPHONY: dict[str, Weaker] = {}  # more is a higher bill, and takes over no account
POLICY: dict[str, Weaker] = {
    "methods": _methods,
    "methods_required": _lower,
    "strong_factors_required": _off,
    "talkative": _on,
    "answers_allowed": _higher,
    "messages_allowed": _higher,
    "block_hours": _lower,
    "questions_to_register": _lower,
    "questions_to_reset": _lower,
    "questions_alone_accepted": _on,
    "factor_rest_hours": _lower,
    "unconfirmed_data_accepted": _on,
    "refuse_voip_numbers": _off,
    "notify_users": _off,
    "notify_administrators": _off,
    "password_min_length": _lower,
    "banned_words": _off,
    "breached_passwords": _off,
    "history_length": _lower,
    "history_on_reset": _off,
    "end_sessions": _off,
}


def weakens(rules: dict[str, Weaker], field: str, old: Any, new: Any) -> bool:
    """Does the change of a setting weaken security?"""
    return field in rules and rules[field](old, new)
