"""The portal's own keys: made from a secret of the deployment, so that no file can be lost.

PORTAL_SIGNING_KEY is that secret, or CODE_PEPPER where it is not set. Agents are told in advance of
the keys that PORTAL_NEXT_SIGNING_KEY will make, so that one day they can take over.
"""

import hmac
from functools import cache

from django.conf import settings
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from writeback.agent.notes import hexed


def signing() -> SigningKey:
    """What requests are signed with (Ed25519)."""
    return _signing(_secrets()[0])


def opening() -> list[PrivateKey]:
    """What results are opened with (X25519): the key of now, and the next where it is known."""
    return [_opening(secret) for secret in _secrets()]


def signers() -> list[str]:
    """Whose signatures agents shall believe, in hex: ours, and the next one where it is known."""
    return [hexed(_signing(secret).verify_key) for secret in _secrets()]


def to_seal_to() -> str:
    """Whom agents shall seal to, in hex: the next key already, as we open with both."""
    return hexed(opening()[-1].public_key)


def _secrets() -> list[str]:
    """What the keys of now are made of, and of the next ones, if these are to be announced.

    While the pepper is being changed, the one from before is still the one that agents know.
    """
    peppers = [*settings.CODE_PEPPER_FALLBACKS[:1], settings.CODE_PEPPER]
    now = [settings.PORTAL_SIGNING_KEY] if settings.PORTAL_SIGNING_KEY else peppers
    following = settings.PORTAL_NEXT_SIGNING_KEY
    return [now[0], following] if following else now


@cache
def _signing(secret: str) -> SigningKey:
    return SigningKey(_made(secret, "portal's signing key"))


@cache
def _opening(secret: str) -> PrivateKey:
    return PrivateKey(_made(secret, "portal's opening key"))


def _made(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"sspr:{purpose}".encode(), "sha256")
