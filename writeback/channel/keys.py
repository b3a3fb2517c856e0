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
    return _signing(_secret())


def opening() -> list[PrivateKey]:
    """What results are opened with (X25519): the key of now, and the next where it is known."""
    secrets = [_secret(), settings.PORTAL_NEXT_SIGNING_KEY]
    return [_opening(secret) for secret in secrets if secret]


def signers() -> list[str]:
    """Whose signatures agents shall believe, in hex: ours, and the next one where it is known."""
    told = [hexed(signing().verify_key)]
    if settings.PORTAL_NEXT_SIGNING_KEY:
        told.append(hexed(_signing(settings.PORTAL_NEXT_SIGNING_KEY).verify_key))
    return told


def to_seal_to() -> str:
    """Whom agents shall seal to, in hex: the next key already, as we open with both."""
    return hexed(opening()[-1].public_key)


def _secret() -> str:
    found: str = settings.PORTAL_SIGNING_KEY or settings.CODE_PEPPER
    return found


@cache
def _signing(secret: str) -> SigningKey:
    return SigningKey(_made(secret, "portal's signing key"))


@cache
def _opening(secret: str) -> PrivateKey:
    return PrivateKey(_made(secret, "portal's opening key"))


def _made(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"sspr:{purpose}".encode(), "sha256")
