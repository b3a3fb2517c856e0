"""Sent codes: six digits, known to nobody but the one who reads the message."""

import re
import secrets
import unicodedata
from datetime import timedelta

from accounts.crypto import fits, keyed_hash
from registration.models import Challenge

LENGTH = 6
LIFE = timedelta(minutes=10)
TOKEN_LENGTH = 32  # hexadecimal digits of a link's token: 128 bits
_TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_LENGTH}}}")
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


def is_kept(challenge: Challenge, code: str) -> bool:
    """Is this the code of which the challenge keeps the hash?"""
    return fits(bytes(challenge.code_hash), "code", *_about(challenge, code))


def is_link(challenge: Challenge, answer: str) -> bool:
    """Is this the token of the link that went with that code?"""
    kept = bytes(challenge.code_hash)
    if not kept or not _TOKEN.fullmatch(answer):
        return False
    return fits(bytes.fromhex(answer), "link", str(challenge.pk), kept.hex())


def link_token(challenge: Challenge, code_hash: bytes) -> str:
    """What a link carries instead of the code: as good as it, and no way to learn it."""
    return keyed_hash("link", str(challenge.pk), bytes(code_hash).hex()).hex()[:TOKEN_LENGTH]


def hash_of(challenge: Challenge, code: str) -> bytes:
    """What is kept of a code. It fits this challenge, purpose and holder, and nothing else."""
    return keyed_hash("code", *_about(challenge, code))


def _about(challenge: Challenge, code: str) -> tuple[str, ...]:
    return str(challenge.pk), challenge.purpose, challenge.holder, code
