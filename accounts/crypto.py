"""Keyed hashes and sealed columns. The keys live outside the database (CODE_PEPPER).

Every use has its own purpose, and so its own key: a value made for one is worthless for another.
While a pepper is being changed there are two (settings.CODE_PEPPER_FALLBACKS): everything new is
made with the one of today, and what was made with the one before counts as well.
"""

import hashlib
import hmac
from contextlib import suppress
from functools import cache

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


class Unreadable(Exception):
    """A sealed column was made under another key, or changed."""


_ENOUGH = 15  # bytes: 120 bits cannot be met by chance


@cache
def _key(purpose: str, pepper: str) -> bytes:
    return hmac.digest(pepper.encode(), f"sspr:{purpose}".encode(), "sha256")


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 of the parts, 32 bytes. Parts cannot run into each other (length-prefixed)."""
    return _hashed(settings.CODE_PEPPER, purpose, parts)


def keyed_hashes(purpose: str, *parts: str) -> list[bytes]:
    """What may have been kept of the parts: under the pepper of today, and the one before."""
    return [_hashed(pepper, purpose, parts) for pepper in _peppers()]


def lasting_hash(purpose: str, *parts: str) -> bytes:
    """The same while the pepper is being changed as before: for what is not kept, but has to
    come out alike on both sides of that."""
    return keyed_hashes(purpose, *parts)[-1]


def fits(kept: bytes, purpose: str, *parts: str) -> bool:
    """Is this a keyed hash of the parts, or most of one, under any pepper that counts?"""
    found = [same(one[: len(kept)], kept) for one in keyed_hashes(purpose, *parts)]
    return len(kept) >= _ENOUGH and any(found)


def _hashed(pepper: str, purpose: str, parts: tuple[str, ...]) -> bytes:
    message = b"".join(
        len(raw).to_bytes(4, "big") + raw
        for raw in (part.encode("utf-8", "surrogatepass") for part in parts)
    )
    return hmac.digest(_key(purpose, pepper), message, hashlib.sha256)


def _peppers() -> list[str]:
    return [settings.CODE_PEPPER, *settings.CODE_PEPPER_FALLBACKS]


def same(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)


def seal(purpose: str, plain: bytes) -> bytes:
    """Encrypt a column (XSalsa20-Poly1305 with a random nonce)."""
    return bytes(SecretBox(_key(purpose, settings.CODE_PEPPER)).encrypt(plain))


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Decrypt a column; raises Unreadable under a wrong key."""
    for pepper in _peppers():
        with suppress(CryptoError):
            return SecretBox(_key(purpose, pepper)).decrypt(bytes(sealed))
    raise Unreadable(purpose)
