"""How the question "can this person reset?" may be answered, and what is said then.

The number is for the telephone: "SSPR_0014". Where Microsoft's portal knows the same case, it is
the same number (9 to 30); from 40 on they are our own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Standing(StrEnum):
    """Why an attempt can be won, or not; the words are those of the trail."""

    READY = "ready"
    UNKNOWN = "unknown name"
    DISABLED = "account disabled"
    BLOCKED = "resets blocked"
    ADMINISTRATORS_OFF = "people with a role switched off"
    NO_POLICY = "no policy"
    OUT_OF_SCOPE = "out of scope"
    SWITCHED_OFF = "reset switched off"
    TOO_FEW_METHODS = "too few methods"
    NO_WRITEBACK = "no writeback"
    STORE_AWAY = "store away"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is told about a standing: on the page and by mail. ``advice``: what to do now."""

    number: int
    title: Any
    text: Any
    advice: Any

    @property
    def code(self) -> str:
        """What people read out to the helpdesk, like ``SSPR_0014``."""
        return f"SSPR_{self.number:04d}"


_ASK = _("The helpdesk can help you back in.")
_UNSEEN = _(
    "Your organisation has not switched it on for your account. That is nothing you did, and "
    "nothing you can mend here."
)
_TITLE = _("You can’t reset this password yourself")

_OUTCOMES: dict[str, Outcome] = {
    Standing.SWITCHED_OFF: Outcome(9, _TITLE, _UNSEEN, _ASK),
    Standing.NO_WRITEBACK: Outcome(
        10,
        _TITLE,
        _("Your password is kept in a directory that this portal may not write to."),
        _ASK,
    ),
    Standing.NO_POLICY: Outcome(
        11, _TITLE, _("Your organisation has not set this portal up for anybody yet."), _ASK
    ),
    Standing.OUT_OF_SCOPE: Outcome(13, _TITLE, _UNSEEN, _ASK),
    Standing.TOO_FEW_METHODS: Outcome(
        14,
        _("We can’t check that it is you"),
        _(
            "You have set up fewer ways to check that it is you than your organisation asks "
            "for, or some of them are too new to count."
        ),
        _(
            "The helpdesk can help you back in. Once you are, add more in “My security "
            "information”, so that it works next time."
        ),
    ),
    Standing.STORE_AWAY: Outcome(
        30,
        _("Passwords can’t be reset just now"),
        _(
            "The directory that keeps them does not answer. We tell you before you go through "
            "the checks for nothing. Your password has not changed."
        ),
        _("Try again in a few minutes."),
    ),
    Standing.UNKNOWN: Outcome(
        41,
        _("We don’t know this user ID"),
        _("No account here has the name you entered."),
        _(
            "Look at it again: it is the name you sign in with, which may differ from your email "
            "address."
        ),
    ),
    Standing.DISABLED: Outcome(
        42,
        _("This account is switched off"),
        _("Nobody can sign in to it, with whatever password."),
        _("The helpdesk can tell you why."),
    ),
    Standing.ADMINISTRATORS_OFF: Outcome(
        43,
        _TITLE,
        _("Your organisation does not let people with an administrative role do this here."),
        _("Ask another administrator to do it for you."),
    ),
    Standing.BLOCKED: Outcome(
        44,
        _("Resets of this account are stopped"),
        _("Somebody said that a reset of it was not theirs, so we stopped all of them."),
        _("The helpdesk finds out with you whose account it is, and lifts the stop."),
    ),
    Standing.FAULT: Outcome(
        50,
        _("Something is wrong on our side"),
        _("We could not find out whether you may reset this password, so nothing was begun."),
        _("Tell the helpdesk the code and the reference."),
    ),
}


def of(standing: str) -> Outcome:
    """What is told about a standing; about one that nobody knows any more, that we failed."""
    return _OUTCOMES.get(standing, _OUTCOMES[Standing.FAULT])
