"""A password that is in the hands of people who guess: known from breaches elsewhere."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.policy.breached.known import is_breached
from accounts.policy.passwords.blocklist import is_common


@dataclass(frozen=True, slots=True)
class Breached:
    """Not a password that was found in a breach. Whose it was nobody knows."""

    code: str = "breached"

    @property
    def text(self) -> str:
        return _("Not one that is known from a data breach")

    @property
    def live(self) -> dict[str, str]:
        return {}

    def check(self, password: str) -> str:
        if is_common(password) or not is_breached(password):  # what is common was said already
            return ""
        return _(
            "This password is known from a data breach somewhere else, so others may try it. That "
            "is not your fault: it may have been anybody’s. Choose one you have never used."
        )
