"""What a provider of text messages and calls is.

A provider hands over one message and returns a receipt, or says in one of three ways why not. It
writes nothing down: ``telephony.services`` does. No exception carries a number, a text or a code,
since exceptions end up in logs.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from registration.telephony.models import MessageKind, Status


@dataclass(frozen=True, slots=True)
class Text:
    """A text message. ``to`` is a number in E.164 form (+12025550123)."""

    to: str
    body: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that says something. ``extension`` is dialled after the answer: digits, or empty."""

    to: str
    spoken: str
    language: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider has taken the message. ``sid`` is its own name for it, empty if it gave none."""

    provider: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says became of a message; ``price`` is what it cost, once known.

    ``lasting``: the number is at fault, and will be tomorrow.
    """

    status: Status
    error: str = ""
    lasting: bool = False
    price: Decimal | None = None
    currency: str = ""
    segments: int = 0


class PermanentFailure(Exception):
    """This number will never get this message; through another provider only if ``elsewhere``."""

    def __init__(self, code: str, *, elsewhere: bool = False) -> None:
        super().__init__(code)
        self.code, self.elsewhere = code, elsewhere


class TemporaryFailure(Exception):
    """The provider has not taken the message. ``retry_after``: seconds it asks for, 0 if none."""

    def __init__(self, code: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class AnswerLost(Exception):
    """The message was handed over and nobody knows whether it was taken."""


class Provider:
    """Sends texts, places calls, or both. ``name`` is what settings and rows call it."""

    reports: ClassVar[bool] = False  # can it be asked later what became of a message?

    def __init__(self, *, name: str, texts: bool = True, calls: bool = True) -> None:
        self.name, self.texts, self.calls = name, texts, calls

    def send_text(self, text: Text, *, reference: str) -> Receipt:
        """Hand over a text; ``reference`` is our own name for it, for the provider's records.

        Raises PermanentFailure, TemporaryFailure or AnswerLost.
        """
        raise NotImplementedError

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        """Hand over a call; like ``send_text``."""
        raise NotImplementedError

    def look_up(self, sid: str, kind: MessageKind) -> Report:
        """What became of a message; only where ``reports``. Raises TemporaryFailure."""
        raise NotImplementedError
