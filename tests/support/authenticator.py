"""A passkey device in software, honest or, where a test says so, not (WebAuthn section 6)."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from webauthn.helpers import encode_cbor

from registration.passkeys.ceremonies import bytes_of, text_of

PRESENT, VERIFIED, COPIED, NEW = 0x01, 0x04, 0x18, 0x40  # flags, section 6.1
ORIGIN = "http://localhost"


@dataclass
class Authenticator:
    """Holds one passkey; the same ``seed`` is the same passkey. A ``count`` of 0 stays 0."""

    seed: str
    handle: bytes = b""
    count: int = 0
    origin: str = ORIGIN
    site: str = "localhost"
    flags: int = PRESENT | VERIFIED
    changes: dict[str, Any] = field(default_factory=dict)  # to what the browser vouches for

    @property
    def credential_id(self) -> bytes:
        return hashlib.sha256(f"id {self.seed}".encode()).digest()

    @property
    def public_key(self) -> bytes:
        """COSE: an Ed25519 key (RFC 9053, section 7.2)."""
        return encode_cbor({1: 1, 3: -8, -1: 6, -2: self._key.public_key().public_bytes_raw()})

    def make(self, challenge: str) -> str:
        """Answers ``navigator.credentials.create()``."""
        number = self.credential_id
        made = bytes(16) + len(number).to_bytes(2, "big") + number + self.public_key
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(NEW) + made}
        parts = {
            "clientDataJSON": text_of(self._seen("webauthn.create", challenge)),
            "attestationObject": text_of(encode_cbor(attested)),
            "transports": ["internal"],
        }
        return self._written(parts)

    def use(self, challenge: str) -> str:
        """Answers ``navigator.credentials.get()``."""
        self.count += bool(self.count)
        seen, data = self._seen("webauthn.get", challenge), self._data()
        parts = {
            "clientDataJSON": text_of(seen),
            "authenticatorData": text_of(data),
            "signature": text_of(self._key.sign(data + hashlib.sha256(seen).digest())),
            "userHandle": text_of(self.handle),
        }
        return self._written(parts if self.handle else parts | {"userHandle": None})

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.seed.encode()).digest())

    def _data(self, more: int = 0) -> bytes:
        flags = bytes([self.flags | more])
        return hashlib.sha256(self.site.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _seen(self, kind: str, challenge: str) -> bytes:
        seen = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(seen | self.changes).encode()

    def _written(self, parts: dict[str, Any]) -> str:
        number = text_of(self.credential_id)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": parts})


def with_signature_changed(answer: str) -> str:
    """The same answer, signed by nobody."""
    changed = json.loads(answer)
    signed = bytes_of(changed["response"]["signature"])
    changed["response"]["signature"] = text_of(bytes([signed[0] ^ 1]) + signed[1:])
    return json.dumps(changed)
