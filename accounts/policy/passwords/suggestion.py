"""Passwords that fit: a passphrase of ours, and what a password manager is told to make.

Words come from lists in ``accounts/policy/data/words`` (docs/passwords.md says whose), drawn by
the system's random numbers. A suggestion is worked out, shown and forgotten.
"""

import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from accounts.policy.passwords.length import FLOOR, Length
from accounts.policy.passwords.rule import MAX_LENGTH, Rule

WORDS = Path(__file__).resolve().parent.parent / "data" / "words"
LEAST_WORDS = 4  # of some 7,500: 51 bits
_BETWEEN = "-"
_TRIES = 20


def suggest(rules: Sequence[Rule], language: str, *, mixed: bool = False) -> str:
    """A passphrase that every rule accepts; empty when none was found.

    ``mixed``: with a capital, a digit and a sign, as many a directory of an organisation wants.
    """
    for _attempt in range(_TRIES):
        phrase = _phrase(language, shortest(rules), mixed)
        if len(phrase) <= MAX_LENGTH and not any(rule.check(phrase) for rule in rules):
            return phrase
    return ""


def passwordrules(rules: Sequence[Rule], *, mixed: bool = False) -> str:
    """What a generator needs to know, for the attribute ``passwordrules`` (Apple's syntax)."""
    required = "required: lower; required: upper; required: digit; " if mixed else ""
    return (
        f"minlength: {shortest(rules)}; maxlength: {MAX_LENGTH}; "
        f"{required}allowed: ascii-printable;"
    )


def shortest(rules: Sequence[Rule]) -> int:
    """How many characters the rules ask for."""
    return max((rule.shortest for rule in rules if isinstance(rule, Length)), default=FLOOR)


@cache
def words(language: str) -> tuple[str, ...]:
    """The list of a language, or else the English one."""
    path = WORDS / f"{language.partition('-')[0]}.txt"
    if not path.name.removesuffix(".txt").isalpha() or not path.is_file():
        path = WORDS / "en.txt"
    return tuple(path.read_text(encoding="ascii").split())


def _phrase(language: str, least: int, mixed: bool) -> str:
    known, drawn = words(language), list[str]()
    while len(drawn) < LEAST_WORDS or len(_BETWEEN.join(drawn)) < least:
        drawn.append(secrets.choice(known))
    if mixed:
        drawn[0] = drawn[0].capitalize()
        drawn[-1] += str(secrets.randbelow(10))
    return _BETWEEN.join(drawn)
