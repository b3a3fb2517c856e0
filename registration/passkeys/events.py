"""What the audit trail says about passkeys."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class PasskeyCopied(
    Event,
    kind="registration.passkey_copied",
    outcome=Outcome.BLOCKED,
    sentence=_("Refused a passkey that counts backwards: there may be a copy of it"),
):
    """WebAuthn section 6.1.1: a count that does not go up means that there are two."""


@dataclass(frozen=True, kw_only=True)
class PasskeySignIn(
    Event,
    kind="registration.passkey_sign_in",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Showed a passkey to sign in"),
):
    """Nothing but who and when."""


@dataclass(frozen=True, kw_only=True)
class PasskeyRefused(
    Event,
    kind="registration.passkey_refused",
    outcome=Outcome.FAILED,
    sentence=_("Could not sign in with a passkey (%(because)s)"),
):
    """``because``: ``unknown``, ``proof``, ``used``, ``late``, ``disabled`` or ``network``; the
    visitor is told what to do next, and not which."""

    because: str
