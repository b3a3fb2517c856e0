"""Sent codes: six digits, known to nobody but the one who reads the message."""

import secrets
import unicodedata
from datetime import timedelta

from accounts.crypto import keyed_hash
from registration.models import Challenge

LENGTH = 6
LIFE = timedelta(minutes=10)
TOKEN_LENGTH = 32  # hexadecimal digits of a link's token: 128 bits
LONGEST_ANSWER = 40  # more than this is not a code, however generously it is spaced


def new() -> str:
    """A fresh code; every one of the million is as likely."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def digits(answer: str) -> str:
    """The digits somebody typed, in whatever script and however grouped; empty for anything else.

    Spaces, dashes and the invisible marks that come along with a paste are ignored.
    """
    if len(answer) > LONGEST_ANSWER:
        return ""
    kept = [char for char in answer if unicodedata.category(char) not in {"Zs", "Pd", "Cf", "Cc"}]
    read = [unicodedata.decimal(char, -1) for char in kept]
    return "" if -1 in read else "".join(str(digit) for digit in read)


def link_token(challenge: Challenge, code_hash: bytes) -> str:
    """What a link carries instead of the code: as good as it, and no way to learn it."""
    return keyed_hash("link", str(challenge.pk), bytes(code_hash).hex()).hex()[:TOKEN_LENGTH]


def hash_of(challenge: Challenge, code: str) -> bytes:
    """What is kept of a code. It fits this challenge, purpose and holder, and nothing else."""
    return keyed_hash("code", str(challenge.pk), challenge.purpose, challenge.holder, code)
