"""How a sealed message gets to an agent and its answer back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nacl.public import PublicKey
from nacl.signing import VerifyKey

from accounts.people.models import Directory


@dataclass(frozen=True, slots=True)
class Addressee:
    """One agent: what to seal to, and whose signature its results bear."""

    name: str
    key: PublicKey
    signer: VerifyKey


class Transport(Protocol):
    def addressee(self, directory: Directory) -> Addressee:
        """A live agent of a directory; raises Away when there is none."""

    def carry(self, box: bytes, directory: Directory, to: Addressee, until: datetime) -> bytes:
        """The agent's answer. Raises Away where nothing was sent, AnswerLost when none came."""
