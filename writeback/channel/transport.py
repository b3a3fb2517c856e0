"""How a sealed message gets to an agent and its answer back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nacl.public import PublicKey
from nacl.signing import VerifyKey

from accounts.people.models import Directory


@dataclass(frozen=True, slots=True)
class Addressee:
    """One agent: what to seal to, and whose signature its results bear. Its clock is that much
    ahead of ours."""

    name: str
    key: PublicKey
    signer: VerifyKey
    clock_ahead: timedelta = timedelta()


class Transport(Protocol):
    def addressee(self, directory: Directory, name: str = "") -> Addressee:
        """A live agent of a directory, or the one of that name; raises Away when there is none."""

    def carry(
        self, box: bytes, directory: Directory, to: Addressee, until: datetime, wait: timedelta
    ) -> bytes:
        """The agent's answer. ``until``: after that the box is not to be delivered any more;
        ``wait``: for the answer. Raises Away where nothing was sent, AnswerLost when none came."""

    def is_away(self, directory: Directory) -> bool:
        """Is there nobody to send to? Cheap."""
