"""What a method of verification is. docs/adding-a-method.md shows how to write one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.crypto import same
from accounts.people.models import User
from registration import codes
from registration.models import Challenge, Factor, Purpose


class Draw(Protocol):
    """Pseudo-random choices for what is nobody's: the same name draws the same, every day."""

    def choice(self, name: str, options: Sequence[str]) -> str:
        """One of what the directory's people really have under this name, else of the options."""

    def letters(self, count: int) -> str:
        """That many lower-case letters."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new factor is made of. ``secret`` is already sealed."""

    address: str = ""
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a person's device needs to know: a key to type, or an address to scan."""

    key: str
    uri: str


class Method:
    """A kind of factor and how it is proved.

    Everything that pages, messages and rules need to know about a method is here; nothing
    outside its file names it.
    """

    slug: ClassVar[str]
    name: Any  # what the factor is: "Alternate email"
    label: Any  # what a person chooses: "Email my alternate email"
    hint: Any  # one line below the label, for those who have not got one yet
    icon: ClassVar[str]  # a drawing in static/icons.svg
    sends: ClassVar[bool] = False
    second_factor: ClassVar[bool] = False  # good enough beside a password at sign-in
    named: ClassVar[bool] = False  # do people give theirs a name?
    code_label: Any = _("Code")
    code_hint: Any = _("6 numbers")
    wrong: Any = _("That is not the right code.")

    def mask(self, factor: Factor) -> str:
        """Enough of the factor for its owner to know it, too little for a stranger to use."""
        return factor.label

    def decoy_hint(self, draw: Draw) -> str:
        """What ``mask`` would give for somebody who does not exist."""
        return ""

    def begin(self, challenge: Challenge) -> str:
        """Put the question; returns the code to send, where one is sent. Called by the worker."""
        return ""

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        """Send the code; raises outbox.services.TryLater when that may work later."""

    def check(self, challenge: Challenge, answer: str) -> bool:
        """Is this the right answer? The try has been counted, and is never counted twice."""
        raise NotImplementedError

    def fields(self) -> dict[str, forms.Field]:
        """What the registration portal asks for; nothing when a click is enough."""
        return {}

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        """Make a factor of what was typed; raises ValidationError with the reason, by field."""
        return Draft()

    def setup(self, factor: Factor) -> Setup | None:
        """What the device must be told before it can answer; None when nothing."""
        return None


class SentCode(Method):
    """A method that sends a code of six digits. A subclass says how to ``deliver`` one.

    Somebody's and nobody's challenge get a code alike, and a hash of it in their row.
    """

    sends = True
    wrong = _("That is not the code we sent. Check the newest message.")

    def begin(self, challenge: Challenge) -> str:
        return codes.new()

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        raise NotImplementedError

    def check(self, challenge: Challenge, answer: str) -> bool:
        typed = codes.hash_of(challenge, codes.digits(answer))
        return same(typed, bytes(challenge.code_hash))


ACTIONS: dict[str, Any] = {
    Purpose.RESET: _("to reset your password"),
    Purpose.REGISTER: _("to add this address to your account"),
    Purpose.SIGN_IN: _("to sign in"),
}
