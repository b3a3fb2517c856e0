"""Answers to security questions: read alike however they are typed, and refused when worthless.

docs/questions.md tells administrators the same in words.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.people.models import User

SHORTEST, LONGEST = 3, 40  # characters, after normalising
_TELLING = 4  # a word of the question or of a name tells something from this length on
_LIST = Path(__file__).parent / "data" / "common_answers.txt"


def normal(typed: str) -> str:
    """What is hashed and compared: NFKC and case folding; no invisible marks; one space between
    words; no punctuation around the whole."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    seen = "".join(" " if char.isspace() else char for char in folded if _is_visible(char))
    text = " ".join(seen.split())
    while text and unicodedata.category(text[0])[0] in "PZ":
        text = text[1:]
    while text and unicodedata.category(text[-1])[0] in "PZ":
        text = text[:-1]
    return text


def refusal(answer: str, question: str, user: User) -> ValidationError | None:
    """Why a normalised answer is not taken; None when it is."""
    if not SHORTEST <= len(answer) <= LONGEST:
        limits = {"least": SHORTEST, "most": LONGEST}
        text = _("An answer has %(least)d to %(most)d characters.")
        return ValidationError(text, "answer_length", limits)
    if answer in _common() or len(set(answer)) == 1:
        return ValidationError(
            _("Too many people would give this answer. Give another one."), "common"
        )
    said = _words(answer)
    if said & _telling(question):
        return ValidationError(_("Leave out the words of the question."), "of_the_question")
    if said & _own_words(user):
        text = _("Leave out your own name, user ID and organisation.")
        return ValidationError(text, "of_the_person")
    return None


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn", "Co"}


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(normal(line) for line in lines if line and not line.startswith("#"))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _telling(text: str) -> set[str]:
    return {word for word in _words(normal(text)) if len(word) >= _TELLING}


def _own_words(user: User) -> set[str]:
    """The words by which everybody knows a person and where they work."""
    local = user.user_principal_name.partition("@")[0]
    names = f"{user.display_name} {user.directory.display_name} {user.directory.name}"
    short = {word for word in _words(normal(user.display_name)) if len(word) >= SHORTEST}
    return short | _telling(names) | _telling(local) | {normal(local)}
