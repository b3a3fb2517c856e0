"""What signing in leaves in the audit trail."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event, kind="signin.signed_in", outcome=Outcome.SUCCEEDED, sentence=_("Signed in")):
    known_browser: bool
    second_factor: bool


@dataclass(frozen=True, kw_only=True)
class PasswordConfirmed(
    Event,
    kind="signin.password_confirmed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Gave the password again"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class SignInRefused(
    Event,
    kind="signin.refused",
    outcome=Outcome.FAILED,
    sentence=_("Could not sign in (%(because)s)"),
):
    """``because``: ``password``, ``disabled`` or ``nobody``, or how a directory server holds the
    account up (``locked``, ``too_many_wrong`` or ``disabled in the directory``). Strangers are told
    none of them."""

    because: str
    known_browser: bool


@dataclass(frozen=True, kw_only=True)
class SignInLocked(
    Event,
    kind="signin.locked",
    outcome=Outcome.BLOCKED,
    sentence=_("Locked after too many wrong passwords, until %(until)s"),
):
    until: str
    known_browser: bool


@dataclass(frozen=True, kw_only=True)
class SignInBlocked(
    Event,
    kind="signin.blocked",
    outcome=Outcome.BLOCKED,
    sentence=_("Tried to sign in while blocked (%(by)s)"),
):
    """``by``: ``lock`` (this name) or ``network`` (too many tries from one network)."""

    by: str


@dataclass(frozen=True, kw_only=True)
class StoreWasAway(
    Event,
    kind="signin.store_away",
    outcome=Outcome.FAILED,
    sentence=_("The directory could not be asked for a password"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class SignInInterrupted(
    Event,
    kind="signin.interrupted",
    outcome=Outcome.NOTED,
    sentence=_("The password was right; still to do: %(steps)s"),
):
    steps: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event, kind="signin.signed_out", outcome=Outcome.NOTED, sentence=_("Signed out")):
    pass


@dataclass(frozen=True, kw_only=True)
class SessionEnded(
    Event,
    kind="signin.session_ended",
    outcome=Outcome.NOTED,
    sentence=_("A session ended (%(because)s)"),
):
    """``because``: ``idle``, ``age``, ``unsettled`` or ``account``."""

    because: str


@dataclass(frozen=True, kw_only=True)
class SessionEndedElsewhere(
    Event,
    kind="signin.ended_elsewhere",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Signed out a session elsewhere (%(session_device)s, %(session_network)s)"),
):
    """The session that ended; where that was done from, the record says like any other."""

    session_device: str
    session_network: str


@dataclass(frozen=True, kw_only=True)
class OtherSessionsEnded(
    Event,
    kind="signin.ended_everywhere_else",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Signed out everywhere else (%(ended)d)"),
):
    ended: int
