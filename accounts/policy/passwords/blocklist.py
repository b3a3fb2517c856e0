"""Passwords everybody tries first: the whole password is compared, never a part of it.

The list is the one that comes with Django (19,646 entries, from public breaches), and our own of
long phrases. Few common passwords have 15 characters, so what people do to lengthen one counts as
an entry too: repeating it, putting numbers and signs around it, walking along the keyboard.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from accounts.policy.passwords.patterns import is_pattern, unit

PHRASES = Path(__file__).resolve().parent.parent / "data" / "phrases.txt"
_SEPARATORS = re.compile(r"[\s\-_.,]+")
_WRAPPED = re.compile(r"(?P<before>[\W\d_]*)(?P<core>.*?)(?P<after>[\W\d_]*)")
_LOOKALIKES = str.maketrans("0134578$@!+", "oieastbsait")
_PADDING = 8  # more than this, unless it is a pattern, is no longer a variant of a common password
_CORE = 4


@cache
def common() -> frozenset[str]:
    """Every entry, in small letters and without separators; read once, about 2 MB."""
    phrases = PHRASES.read_text(encoding="utf-8").splitlines()
    listed = (*CommonPasswordValidator().passwords, *phrases)
    return frozenset(filter(None, map(compact, listed)))


def compact(password: str) -> str:
    """Case and separators make no difference to somebody who guesses."""
    return _SEPARATORS.sub("", password.casefold())


def is_common(password: str) -> bool:
    """Is the whole password on the list, or one of its entries made longer in a known way?"""
    text = compact(password)
    if not text:
        return True
    plain = text.translate(_LOOKALIKES)
    return any(_known(form) for form in dict.fromkeys((text, plain))) or _padded(text)


def is_padding(text: str) -> bool:
    """Does this add next to nothing to a word that is known?"""
    return len(text) <= _PADDING or is_pattern(text)


def _known(text: str) -> bool:
    return text in common() or unit(text) in common() or is_pattern(text)


def _padded(text: str) -> bool:
    match = _WRAPPED.fullmatch(text)
    if match is None:
        return False
    core = match["core"]
    if len(core) < _CORE or not is_padding(match["before"] + match["after"]):
        return False
    return _known(core) or _known(core.translate(_LOOKALIKES))


@dataclass(frozen=True, slots=True)
class Blocklist:
    """Not a password that is known from leaks, nor a simple variant of one."""

    code: str = "common"

    @property
    def text(self) -> str:
        return _("Not one that many people use, also not repeated or with numbers added")

    @property
    def live(self) -> dict[str, str]:
        return {}

    def check(self, password: str) -> str:
        if not is_common(password):
            return ""
        return _(
            "This password, or one very like it, is in lists of leaked passwords, so it would be "
            "guessed early. Choose another: four or five unrelated words work well."
        )
