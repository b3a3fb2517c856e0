"""Why a password would be guessed, and what would make it better: told where one was refused.

zxcvbn takes it apart the way somebody who guesses does. It takes time with the square of the
length and more, so it reads the beginning only: 0.1 seconds at worst.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

READ = 40  # characters
_ENOUGH = 3  # zxcvbn's score of what holds against guessing at speed
_NAMES = {"surnames", "male_names", "female_names"}


def advice(password: str) -> list[str]:
    """At most three sentences; empty when nothing about the password is easy to guess.

    The password's own parts are never repeated. zxcvbn's list of a person's own words is shared
    between threads, so it is not used: rules look for those.
    """
    judged: Any = zxcvbn(password[:READ]) if password else {"score": _ENOUGH}
    if judged["score"] >= _ENOUGH:
        return []
    parts = sorted(judged["sequence"], key=lambda part: len(part["token"]), reverse=True)
    reasons = dict.fromkeys(reason for part in parts for reason in _reasons(part, len(parts)))
    return [
        *list(reasons)[:2],
        _("Add two or three words that have nothing to do with each other."),
    ]


def _reasons(part: dict[str, Any], parts: int) -> Iterator[str]:
    texts = {
        "spatial": _("Keys that lie beside each other are guessed early."),
        "repeat": _("Repeating something adds next to nothing."),
        "sequence": _("Runs like abc or 6543 are guessed early."),
        "regex": _("Dates and years are guessed early, your own first of all."),
        "date": _("Dates and years are guessed early, your own first of all."),
    }
    if part["pattern"] in texts:
        yield texts[part["pattern"]]
    if part["pattern"] != "dictionary":
        return
    if part["dictionary_name"] == "passwords":
        yield _("A part of it is a password that many people use.")
    elif part["dictionary_name"] in _NAMES:
        yield _("Names are guessed early.")
    elif parts == 1:
        yield _("A word by itself is guessed early.")
    if part["l33t"]:
        yield _("Signs in place of letters, as in P@ssw0rd, hardly help.")
    if part["reversed"]:
        yield _("A word written backwards hardly helps.")
