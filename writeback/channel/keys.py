"""The portal's own keys: made from the deployment's secret, so that no file can be lost."""

from functools import cache

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from accounts.crypto import keyed_hash


@cache
def signing() -> SigningKey:
    """What requests are signed with (Ed25519)."""
    return SigningKey(keyed_hash("portal's signing key"))


@cache
def opening() -> PrivateKey:
    """What results are opened with (X25519)."""
    return PrivateKey(keyed_hash("portal's opening key"))
