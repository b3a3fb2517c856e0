"""Keyed hashes and sealed columns. The keys live outside the database (CODE_PEPPER).

Every use has its own purpose, and so its own key: a value made for one is worthless for another.
"""

import hashlib
import hmac
from functools import cache

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


class Unreadable(Exception):
    """A sealed column was made under another key, or changed."""


@cache
def _key(purpose: str, pepper: str) -> bytes:
    return hmac.digest(pepper.encode(), f"sspr:{purpose}".encode(), "sha256")


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 of the parts, 32 bytes. Parts cannot run into each other (length-prefixed)."""
    message = b"".join(
        len(raw).to_bytes(4, "big") + raw
        for raw in (part.encode("utf-8", "surrogatepass") for part in parts)
    )
    return hmac.digest(_key(purpose, settings.CODE_PEPPER), message, hashlib.sha256)


def same(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)


def seal(purpose: str, plain: bytes) -> bytes:
    """Encrypt a column (XSalsa20-Poly1305 with a random nonce)."""
    return bytes(SecretBox(_key(purpose, settings.CODE_PEPPER)).encrypt(plain))


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Decrypt a column; raises Unreadable under a wrong key."""
    try:
        return SecretBox(_key(purpose, settings.CODE_PEPPER)).decrypt(bytes(sealed))
    except CryptoError as error:
        raise Unreadable(purpose) from error
