"""Codes that people keep: long, easy to read and to type, checked by a single slow hash.

A code begins with its slot, which says which of several it is. The rest is secret.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # neither 0 nor O, 1, I or L; no U, for fewer words
SECRET_SYMBOLS = 15  # log2(30) bits each: 73 bits, where SP 800-63B section 3.1.2 asks for 64
LENGTH = 1 + SECRET_SYMBOLS
GROUP = 4
LONGEST_ANSWER = 60  # more than this is not a code, however generously it is spaced
_IGNORED = {"Zs", "Pd", "Cf", "Cc"}  # spaces, dashes, what comes along with a paste


def new(slot: int) -> str:
    """A fresh code for this slot, counted from 0."""
    return ALPHABET[slot] + "".join(secrets.choice(ALPHABET) for _symbol in range(SECRET_SYMBOLS))


def slot_of(code: str) -> str:
    """Which of several codes this is; empty for what is no code."""
    return code[:1]


def grouped(code: str) -> str:
    """As it is shown: in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(answer: str) -> str:
    """The code somebody typed, however it is spaced and in whatever case; empty for no code."""
    if len(answer) > LONGEST_ANSWER:
        return ""
    kept = [char for char in answer if unicodedata.category(char) not in _IGNORED]
    code = unicodedata.normalize("NFKC", "".join(kept)).upper()
    is_code = len(code) == LENGTH and all(symbol in ALPHABET for symbol in code)
    return code if is_code else ""
