"""Sealed messages: only the addressee can open one, and knows who wrote it.

The writer signs (Ed25519) the padded message together with the addressee's key, and seals both to
that key (X25519 with an ephemeral key of the message's own: libsodium's sealed box). So a broker
sees neither content nor length, cannot change anything, and cannot pass a message on to another.
"""

from collections.abc import Iterable
from typing import NamedTuple

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

BLOCK = 1024  # bytes; whatever is said, a multiple of this is sent
_LENGTH = 4
_SIGNATURE = 64


class Unopenable(Exception):
    """Not for us, not by whom it should be, or changed on the way."""


class Opened(NamedTuple):
    """A message, and the key of whoever signed it."""

    content: bytes
    signer: VerifyKey


def seal(content: bytes, *, to: PublicKey, by: SigningKey) -> bytes:
    """Sign and seal a message."""
    padded = _padded(content)
    signature = by.sign(padded + bytes(to)).signature
    return bytes(SealedBox(to).encrypt(signature + padded))


def unseal(box: bytes, *, keys: Iterable[PrivateKey], signers: Iterable[VerifyKey]) -> Opened:
    """Open a message with one of our keys, if one of these signed it; raises Unopenable."""
    for key in keys:
        try:
            opened = SealedBox(key).decrypt(box)
        except (CryptoError, ValueError, TypeError):
            continue
        signature, padded = opened[:_SIGNATURE], opened[_SIGNATURE:]
        return Opened(
            _unpadded(padded), _signer(signature, padded + bytes(key.public_key), signers)
        )
    raise Unopenable("none of our keys opens it")


def _signer(signature: bytes, signed: bytes, signers: Iterable[VerifyKey]) -> VerifyKey:
    for signer in signers:
        try:
            signer.verify(signed, signature)
        except (BadSignatureError, ValueError):
            continue
        return signer
    raise Unopenable("nobody we know signed it")


def _padded(content: bytes) -> bytes:
    whole = len(content).to_bytes(_LENGTH, "big") + content
    return whole + bytes(-len(whole) % BLOCK)


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) % BLOCK or length > len(padded) - _LENGTH:
        raise Unopenable("the padding is wrong")
    return padded[_LENGTH : _LENGTH + length]
