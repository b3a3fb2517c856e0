"""How long a password is, counted in code points after NFC."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.policy.passwords.rule import MAX_LENGTH

FLOOR = 8
DEFAULT = 15


def count(password: str) -> int:
    """Code points after NFC: an emoji is one, not four bytes or two units."""
    return len(unicodedata.normalize("NFC", password))


@dataclass(frozen=True, slots=True)
class Length:
    """At least ``shortest`` characters and at most 256; nothing is cut or trimmed."""

    shortest: int = DEFAULT
    code: str = "length"

    @property
    def text(self) -> str:
        return _("%(min)d characters or more. Any words, spaces and signs are fine") % {
            "min": self.shortest
        }

    @property
    def live(self) -> dict[str, str]:
        return {"rule": "length", "min": str(self.shortest)}

    def check(self, password: str) -> str:
        if len(password) > MAX_LENGTH:  # before NFC, which a hostile text can make slow
            return too_long()
        counted = count(password)
        if counted >= self.shortest:
            return ""
        return _("Use %(min)d characters or more. This password has %(count)d.") % {
            "min": self.shortest,
            "count": counted,
        }


def too_long() -> str:
    """What somebody reads whose password would have to be cut."""
    return _(
        "Use at most %(max)d characters. We never cut a password, so this one cannot be saved."
    ) % {"max": MAX_LENGTH}
