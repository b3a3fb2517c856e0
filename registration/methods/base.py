"""What a method of verification is. docs/adding-a-method.md shows how to write one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import User
from accounts.policy.models import Policy
from registration import codes
from registration.answer_forms import AnswerForm, CodeForm
from registration.models import Challenge, Factor, Purpose


class Draw(Protocol):
    """Pseudo-random choices for what is nobody's: the same name draws the same, every day."""

    def choice(self, name: str, options: Sequence[str]) -> str:
        """One of what the directory's people really have under this name, else of the options."""

    def letters(self, count: int) -> str:
        """That many lower-case letters."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to use a factor: a phone can be sent a text, or be called. They are one gate."""

    slug: str
    label: Any  # what a person chooses: "Text my mobile phone"
    icon: str  # a drawing in static/icons.svg
    check: Any = ""  # what a person chooses when the factor is new: "Call me"


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several things a factor knows: an answer to a question, a recovery code."""

    name: str
    hashed: str  # an Argon2id hash (accounts.hashing)
    text: str = ""  # what may be read: a question in the person's own words


@dataclass(frozen=True, slots=True)
class Remark:
    """What the owner of a factor should know about it."""

    text: str
    kind: str = ""  # as of components/badge.html: "", "warn", "bad"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new factor is made of. ``secret`` is sealed; ``way`` is how it is confirmed."""

    address: str = ""
    way: str = ""
    secret: bytes = b""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What a person or their device needs before the first answer, and the page that shows it.

    A ``key`` to type, an address (``uri``) to scan, or ``codes`` to keep.
    """

    template: str
    key: str = ""
    uri: str = ""
    codes: tuple[str, ...] = ()


class Method:
    """A kind of factor and how it is proved.

    Everything that pages, messages and rules need to know about a method is here; nothing
    outside its file names it.
    """

    # What it is called. Every method says these.
    slug: ClassVar[str]
    name: Any  # what the factor is: "Alternate email"
    label: Any  # what a person chooses: "Email my alternate email"
    hint: Any  # one line below the label, for those who have not got one yet
    icon: ClassVar[str]  # a drawing in static/icons.svg

    # What it is good for.
    second_factor: ClassVar[bool] = False  # good enough beside a password at sign-in
    signs_in: ClassVar[bool] = False  # good enough to sign in with, and nothing else
    guessable: ClassVar[bool] = True  # under 64 bits (SP 800-63B 3.1.2.2): its tries are limited
    single_use: ClassVar[bool] = False  # does a right answer use it up? Then nobody rehearses it

    # How somebody comes to have one.
    most: ClassVar[int] = 5  # somebody may have; where it is one, a new one replaces the old
    named: ClassVar[bool] = False  # do people give theirs a name?
    renew: Any = ""  # what a new one in place of the old is called, where there is only one
    added_by_people: ClassVar[bool] = True  # or only issued to them by staff
    confirmed_by_answer: ClassVar[bool] = True  # or does a new one count at once?

    # How it is offered.
    offered_to_all: ClassVar[bool] = False  # at a reset, also to those who have none
    completed: ClassVar[bool] = False  # at a reset, the owner types the whole address first
    any_will_do: ClassVar[bool] = False  # one question, answered by any that somebody has

    # The page that asks.
    sends: ClassVar[bool] = False  # does the worker send something that people wait for?
    heading: Any = _("Enter the code")
    code_label: Any = _("Code")
    code_hint: Any = _("6 numbers")
    button: Any = _("Continue")
    add_button: Any = _("Add this address")  # below the first code, where one is sent
    wrong_address: Any = _("The address is wrong")
    wrong: Any = _("That is not the right code.")
    question: ClassVar[str] = "questions/code.html"  # the part of the page that shows the form
    script: ClassVar[str] = ""  # a module in static/ that the question needs
    needs_script: ClassVar[bool] = False  # does nothing in a browser without JavaScript

    # --- how it is shown

    @property
    def ways(self) -> tuple[Way, ...]:
        """How one factor can be used; most have a single way without a name."""
        return (Way("", self.label, self.icon),)

    def way(self, slug: str) -> Way:
        """One of the ways; KeyError when there is no such."""
        return {each.slug: each for each in self.ways}[slug]

    def mask(self, factor: Factor) -> str:
        """Enough of the factor for its owner to know it, too little for a stranger to use."""
        return ""

    def shown(self, factor: Factor) -> str:
        """The whole of it, for its owner who is adding it."""
        return factor.address

    def remark(self, factor: Factor) -> Remark | None:
        """What its owner should know about it now; None when there is nothing to say."""
        return None

    def decoy_hint(self, draw: Draw) -> str:
        """What ``mask`` would give for somebody who does not exist."""
        return ""

    def traits(self, factor: Factor) -> Mapping[str, str]:
        """What decoys should have as often as real factors do, by the name ``Draw.choice`` uses."""
        return {}

    def is_complete(self, factor: Factor, typed: str) -> bool:
        """Did somebody type this factor's whole address? Asked where ``completed``."""
        return False

    # --- asking and judging, in the order in which it happens

    def put(self, factor: Factor | None, policy: Policy | None, seed: str) -> dict[str, Any]:
        """What is asked, kept with the challenge as its ``facts``; JSON. For nobody the same in
        kind; what has to look the same from day to day is drawn from ``seed``."""
        return {}

    def put_again(self, challenge: Challenge) -> dict[str, Any]:
        """What is asked after a wrong answer; by default the same."""
        return dict(challenge.facts)

    def form(self, challenge: Challenge, data: Any = None) -> AnswerForm:
        """The form an answer is typed into; its ``answer`` is one text, whatever it asks."""
        return CodeForm(self.code_label, self.code_hint, data)

    def asked_again(self, challenge: Challenge, form: AnswerForm) -> AnswerForm:
        """The form after a wrong answer: empty and new where another question is put."""
        return form

    def is_held_up(self, challenge: Challenge) -> bool:
        """Would nothing be sent just now? Asked before the question is put; counts nothing."""
        return False

    def admit(self, challenge: Challenge) -> bool:
        """May it be sent now? Asked by the worker before each sending; counts."""
        return True

    def passed(self, challenge: Challenge) -> None:
        """Its answer was right."""

    def begin(self, challenge: Challenge) -> str:
        """Put the question; returns the code to send, where one is sent. Called by the worker."""
        return ""

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        """Send the code; raises outbox.services.TryLater when that may work later."""

    def check(self, challenge: Challenge, answer: str) -> bool:
        """Is this the right answer? The try has been counted, and is never counted twice."""
        raise NotImplementedError

    # --- adding one

    def fields(self, user: User) -> dict[str, forms.Field]:
        """What the registration portal asks for; nothing when a click is enough."""
        return {}

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        """Make a factor of what was typed; raises ValidationError with the reason, by field.

        Called outside any transaction: slow hashes belong here.
        """
        return Draft()

    def setup(self, factor: Factor) -> Setup | None:
        """What must be known or shown before the first answer; None when nothing."""
        return None

    def confirmed(self, factor: Factor) -> None:
        """Forget what only the set-up needed; the caller saves ``factor.secret``."""


class SentCode(Method):
    """A method that sends a code of six digits. A subclass says how to ``deliver`` one.

    Somebody's and nobody's challenge get a code alike, and a hash of it in their row.
    """

    sends = True
    links: ClassVar[bool] = False  # may a message hold a link instead of the code?
    wrong = _("That is not the code we sent. Check the newest message.")

    def begin(self, challenge: Challenge) -> str:
        return codes.new()

    def deliver(self, challenge: Challenge, factor: Factor, code: str) -> None:
        raise NotImplementedError

    def check(self, challenge: Challenge, answer: str) -> bool:
        is_code = codes.is_kept(challenge, codes.digits(answer))
        return is_code or (self.links and codes.is_link(challenge, answer))


ACTIONS: dict[str, Any] = {
    Purpose.RESET: _("to reset your password"),
    Purpose.REHEARSAL: _("to try whether you could get back in"),
    Purpose.REGISTER: _("to add this address to your account"),
    Purpose.SIGN_IN: _("to sign in"),
}
