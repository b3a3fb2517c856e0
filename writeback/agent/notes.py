"""What agent and portal tell each other outside of jobs: who an agent is, that it lives, and which
keys are to be used from now on. Sealed and signed like every message; keys are written in hex.
"""

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from nacl.encoding import RawEncoder
from nacl.public import PublicKey
from nacl.signing import VerifyKey

from writeback.agent.messages import Malformed, Message

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # of an agent
_TICKET = "agent-ticket-1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Message):
    """An agent lives. ``sequence`` grows with each; ``opening`` is the key to seal to from now on;
    ``is_well``: its directory server answers; ``believes``: the portal's keys as it knows them."""

    direction = "heartbeat"

    agent: str
    directory: str
    sequence: int
    sent_at: datetime
    opening: str
    program: str
    journal_began_at: datetime
    is_well: bool
    believes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Message):
    """An agent asks to be taken on: the code it was given, and its public keys."""

    direction = "application"

    agent: str
    directory: str
    code: str
    signer: str
    opening: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement(Message):
    """The portal's keys from now on: all whose signature counts, and whom to seal results to."""

    direction = "announcement"

    agent: str
    directory: str
    issued_at: datetime
    opening: str
    signers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What an administrator carries from the portal to an agent: who it shall be, the code that
    proves it once, and the portal's public keys."""

    agent: str
    directory: str
    code: str
    issued_at: str
    opening: str
    signers: list[str]

    def text(self) -> str:
        """One line without blanks."""
        raw = json.dumps(asdict(self), separators=(",", ":")).encode()
        return _TICKET + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises Malformed."""
        mark, _dot, rest = text.strip().partition(_TICKET)
        try:
            whole = json.loads(base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)))
            found = cls(**whole)
            datetime.fromisoformat(found.issued_at)
            keys = [public_key(found.opening), *map(verify_key, found.signers)]
        except (ValueError, TypeError) as error:
            raise Malformed("this is no ticket of the portal's") from error
        if mark or len(keys) < 2 or not is_name(found.agent) or not found.directory.isdecimal():
            raise Malformed("this is no ticket of an agent")
        return found


def is_name(text: str) -> bool:
    """May an agent be called that? It becomes part of keys in the broker."""
    return bool(NAME.fullmatch(text))


def public_key(text: str) -> PublicKey:
    """Raises Malformed."""
    return PublicKey(_key(text))


def verify_key(text: str) -> VerifyKey:
    """Raises Malformed."""
    return VerifyKey(_key(text))


def hexed(key: PublicKey | VerifyKey) -> str:
    return key.encode(RawEncoder).hex()


def fingerprint(signer: str) -> str:
    """What people compare: 160 bits of SHA-256 in eight groups of letters and digits (RFC 4648)."""
    digest = hashlib.sha256(b"agent" + _key(signer)).digest()[:20]
    text = base64.b32encode(digest).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _key(text: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except (ValueError, TypeError) as error:
        raise Malformed("no key") from error
    if len(raw) != 32:
        raise Malformed("no key")
    return raw
