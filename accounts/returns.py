"""Marks on our mails, by which what comes back of them is known again.

A mark names a person and a moment, and proves that we wrote that person's mail to one address at
that moment; the address itself is not in it. Whoever never had the mail cannot make its mark.
It stands in the Message-ID and, where ``BOUNCES_TO`` is set, in the envelope's sender; so it is
made of letters, digits and hyphens, and may be turned to lower or upper case on its way.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from accounts.crypto import fits, keyed_hash

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PURPOSE = "bounce"
_PROOF = 15  # bytes of the HMAC: 120 bits, 24 letters
_MARK = re.compile(r"(?<![a-z0-9])r([0-9a-z]{1,12})-([0-9a-z]{1,9})-([a-z2-7]{24})(?![a-z0-9])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_MAILBOX = 18  # letters of BOUNCES_TO before the @: with + and a mark no more than 64
MOST = 10  # marks looked at in one text


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says; true only once ``fits`` has been asked."""

    person: int
    at: datetime  # to the millisecond
    proof: str

    def fits(self, address: str) -> bool:
        """Did we make this mark, for a mail to this address?"""
        proof = base64.b32decode(self.proof.upper())
        return fits(proof, _PURPOSE, *_about(self.person, self.at, address))


def mark(person: int, address: str, at: datetime) -> str:
    """The mark of a mail about a person to one of their addresses."""
    at = moment(at)
    return f"r{_in36(person)}-{_in36(_milliseconds(at))}-{_proof(person, at, address)}"


def marks_in(text: str) -> list[Mark]:
    """What looks like marks in a text, in order; each says whether it is true."""
    found = []
    for match in _MARK.finditer(text.lower()):
        person, after, proof = match.groups()
        milliseconds = int(after, 36)
        if milliseconds <= 4_102_444_800_000:  # until 2100: nothing overflows
            found.append(Mark(int(person, 36), _moment(milliseconds), proof))
        if len(found) == MOST:
            break
    return found


def moment(at: datetime) -> datetime:
    """A moment as marks can say it."""
    return _moment(_milliseconds(at))


def sender_of(mark: str) -> str:
    """The envelope's sender for a marked mail; empty where no mailbox takes what comes back."""
    mailbox, at, domain = settings.BOUNCES_TO.rpartition("@")
    return f"{mailbox}+{mark}@{domain}" if at and mark else ""


def _proof(person: int, at: datetime, address: str) -> str:
    proof = keyed_hash(_PURPOSE, *_about(person, at, address))[:_PROOF]
    return base64.b32encode(proof).decode().lower()


def _about(person: int, at: datetime, address: str) -> tuple[str, str, str]:
    return str(person), str(_milliseconds(at)), address.strip().casefold()


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _in36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
