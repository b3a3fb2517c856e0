"""Which characters a password may hold: all that a keyboard types the same way everywhere."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

_UNTYPEABLE = {"Cc", "Cs", "Zl", "Zp"}  # control signs, halves of characters, line separators


@dataclass(frozen=True, slots=True)
class Characters:
    """No control characters, and no accents written as separate signs.

    A directory compares the bytes it once got. Changing the text behind somebody's back would
    lock them out wherever the change is not made, so such a password is refused instead.
    """

    code: str = "characters"

    @property
    def text(self) -> str:
        return _("Every letter, sign and space counts, but no line breaks or tabs")

    @property
    def live(self) -> dict[str, str]:
        return {}

    def check(self, password: str) -> str:
        if any(unicodedata.category(char) in _UNTYPEABLE for char in password):
            return _(
                "Leave out line breaks, tabs and other control characters: "
                "no keyboard types them into a password field."
            )
        if unicodedata.normalize("NFC", password) != password:
            return _(
                "One of the letters is made of two signs, such as a letter and a separate accent. "
                "Other keyboards send it differently. Type it as one letter, or use another."
            )
        return ""
