"""Which gates an attempt has still to pass, and what they may be passed with.

A method opens one gate: a text and a call to a telephone are the same class, and so are a code
and a link in a mail, or two mailboxes. Whether somebody has to use a passkey or an app they have
is not to be seen before their first gate: until then, all of this is alike for nobody.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.people.models import User
from accounts.policy.services import EffectiveRules
from registration import methods
from registration.models import Factor
from registration.services import factors_of
from reset.models import Attempt


def required(attempt: Attempt) -> int:
    """How many gates there are: more than policy says for whoever spares their strong method."""
    if wants_strong(attempt):
        return max(attempt.gates, attempt.proved + 1)
    return max(attempt.gates, attempt.proved)


def are_passed(attempt: Attempt) -> bool:
    """Is every gate open, as far as this object knows? The kernel asks again."""
    return attempt.proved >= required(attempt)


def remaining(attempt: Attempt) -> list[dict[str, Any]]:
    """The offers still to choose from: what has opened a gate does not open another."""
    only_strong = wants_strong(attempt) and required(attempt) - attempt.proved == 1
    return [
        offer | {"number": number}
        for number, offer in enumerate(attempt.offers)
        if offer["method"] not in attempt.proved_by
        and (not only_strong or _is_strong(str(offer["method"])))
    ]


def wants_strong(attempt: Attempt) -> bool:
    """Must one of the next gates be passed by passkey or app? Never before the first gate."""
    return attempt.needs_strong and bool(attempt.proved) and not any_strong(attempt.proved_by)


def any_strong(slugs: Iterable[str]) -> bool:
    return any(_is_strong(slug) for slug in slugs)


def must_be_strong(rules: EffectiveRules, usable: Iterable[Factor]) -> bool:
    """Does policy ask for a strong method of somebody who can use these factors? (ASVS 6.4.3)"""
    asked = rules.policy is not None and rules.policy.strong_factors_required
    return asked and any_strong(factor.method for factor in usable)


def usable_now(user: User, rules: EffectiveRules) -> Iterator[Factor]:
    """The factors that could pass a gate under some rules, as their rows say now; read only where
    somebody looks."""
    for factor in factors_of(user).filter(method__in=rules.methods):
        if factor.is_usable(unconfirmed=rules.unconfirmed):
            yield factor


def _is_strong(slug: str) -> bool:
    return slug in methods.all_methods() and methods.get(slug).second_factor
