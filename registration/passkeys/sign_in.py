"""Signing in with a passkey alone: the device says who it is, and proves it.

It is something one has, opened by something one is or knows, and works at no other address: it
counts as both checks of a sign-in (docs/adr/0026).
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from webauthn.helpers.structs import AuthenticationCredential

from accounts.audit.services import record
from accounts.client import Client
from accounts.crypto import fits, keyed_hash
from accounts.limits.services import Limit, spend
from accounts.people.models import User
from accounts.people.services import default_directory
from accounts.signin import browsers
from accounts.tenancy import across_directories
from registration.models import Challenge, Passkey, Purpose
from registration.passkeys import ceremonies
from registration.passkeys.events import PasskeyRefused, PasskeySignIn

LIFE = timedelta(minutes=30)  # of a challenge: how long a sign-in page may stand open
PER_NETWORK = Limit(
    "signin.passkeys_from_one_network",
    times=300,
    within=timedelta(minutes=10),
    rest=timedelta(minutes=10),
)
_PURPOSE = "passkey sign-in"
_NONCE, _TIME, _MARK = 16, 8, 16  # bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose passkey it was, if all is well. ``until``: when tries are let through again."""

    user: User | None = None
    known_browser: bool = False
    until: datetime | None = None


def new_challenge(browser: str) -> bytes:
    """A challenge for one browser, named by a secret it keeps. Nothing is stored for it before
    it is answered, so that looking at the sign-in page writes no row."""
    now = int(timezone.now().timestamp())
    said = secrets.token_bytes(_NONCE) + now.to_bytes(_TIME, "big")
    return said + _mark(said, browser)


def sign_in(text: str, *, browser: str, client: Client) -> Shown:
    """Judge what a device sent. Locks of the password do not concern it: nobody can guess it."""
    spent = spend(PER_NETWORK, client.network)
    if not spent.allowed:
        return _refused("network", client, until=spent.until)
    shown = ceremonies.read(text)
    challenge = ceremonies.challenge_in(shown) if shown else b""
    if shown is None or not _is_ours(challenge, browser):
        return _refused("proof", client)
    if _age(challenge) > LIFE:
        return _refused("late", client)
    passkey = _found(shown)
    if passkey is None:
        return _refused("unknown", client)
    because = _why_not(passkey, shown, challenge, client)
    user = passkey.factor.user
    if because:
        return _refused(because, client, user)
    with transaction.atomic():
        record(PasskeySignIn(), directory=user.directory_id, client=client, subject=user)
    return Shown(user, known_browser=browsers.is_known(user.directory_id, user, client))


def _why_not(
    passkey: Passkey, shown: AuthenticationCredential, challenge: bytes, client: Client
) -> str:
    if not _is_first_answer(passkey, challenge, client):
        return "used"
    if not ceremonies.is_proved(passkey, shown, challenge, client):
        return "proof"
    factor = passkey.factor
    if factor.disabled_at or not factor.confirmed_at or not factor.user.enabled:
        return "disabled"
    return ""


def _mark(said: bytes, browser: str) -> bytes:
    return keyed_hash(_PURPOSE, said.hex(), browser)[:_MARK]


def _is_ours(challenge: bytes, browser: str) -> bool:
    said, mark = challenge[:-_MARK], challenge[-_MARK:]
    is_formed = len(said) == _NONCE + _TIME
    return is_formed and fits(mark, _PURPOSE, said.hex(), browser)


def _age(challenge: bytes) -> timedelta:
    made = int.from_bytes(challenge[_NONCE : _NONCE + _TIME], "big")
    return timezone.now() - datetime.fromtimestamp(made, UTC)


def _found(shown: AuthenticationCredential) -> Passkey | None:
    """The passkey with this number. It says whose it is; nobody has named a directory."""
    with across_directories("a passkey says whose it is"):
        known = Passkey.objects.select_related("factor__user__directory")
        return known.filter(credential_id=shown.raw_id).first()


def _is_first_answer(passkey: Passkey, challenge: bytes, client: Client) -> bool:
    """Writes the challenge down. There is one row with its number, whoever answers together."""
    now = timezone.now()
    try:
        with transaction.atomic():
            Challenge.objects.create(
                pk=uuid.UUID(bytes=challenge[:_NONCE]),
                directory_id=passkey.directory_id,
                factor=passkey.factor,
                method=passkey.factor.method,
                purpose=Purpose.SIGN_IN,
                device=client.device,
                network=client.network,
                expires_at=now + LIFE,
                closed_at=now,
            )
    except IntegrityError:
        return False
    return True


def _refused(
    because: str, client: Client, user: User | None = None, until: datetime | None = None
) -> Shown:
    directory = user.directory if user else default_directory()
    if directory:
        with transaction.atomic():
            event = PasskeyRefused(because=because)
            record(event, directory=directory.pk, client=client, subject=user)
    return Shown(until=until)
