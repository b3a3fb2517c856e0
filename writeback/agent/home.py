"""What an agent keeps in its own directory: its private keys, which never leave it, and whom it
works for. Files are replaced whole and belong to their owner alone.
"""

import itertools
import json
import os
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from writeback.agent.messages import Malformed
from writeback.agent.notes import (
    Announcement,
    Ticket,
    fingerprint,
    hexed,
    public_key,
    verify_key,
)
from writeback.agent.serving import Keys
from writeback.agent.settings import WrongSettings

RENEWED = timedelta(days=1)  # the key that requests are sealed to
OVERLAP = timedelta(hours=1)  # for which the one before still opens
_KEYS, _EMPLOYER, _COUNTER = "keys.json", "portal.json", "sequence"


@dataclass(frozen=True, slots=True)
class Employer:
    """Whom an agent works for, and under which name. Keys in hex."""

    agent: str
    directory: str
    opening: str
    signers: list[str]
    told_at: datetime

    @property
    def believed(self) -> list[str]:
        """All of the portal's keys, as a heartbeat says them."""
        return [*self.signers, self.opening]


class Home:
    """An agent's directory (AGENT_STATE_DIR)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def generate(self) -> None:
        """Make the agent's keys, once; raises WrongSettings where there are some already."""
        if (self.path / _KEYS).exists():
            raise WrongSettings(f"{self.path} holds an agent's keys already")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(_KEYS, {"signing": secrets.token_hex(32), "opening": [_fresh_key()]})

    def take_on(self, ticket: Ticket) -> None:
        """Work for the portal that gave this ticket, under the name that it says."""
        told = {"agent": ticket.agent, "directory": ticket.directory, "told_at": ticket.issued_at}
        self._write(_EMPLOYER, {**told, "opening": ticket.opening, "signers": ticket.signers})

    def employer(self) -> Employer:
        """Raises WrongSettings before ``take_on``."""
        told = self._read(_EMPLOYER, "python -m writeback.agent enrol")
        return Employer(**{**told, "told_at": datetime.fromisoformat(told["told_at"])})

    def hear(self, announcement: Announcement) -> bool:
        """Believe the portal's new keys; False for what is not newer than what we know."""
        known = self.employer()
        if announcement.issued_at <= known.told_at or not announcement.signers:
            return False
        public_key(announcement.opening)
        for one in announcement.signers:
            verify_key(one)
        told = {"agent": known.agent, "directory": known.directory}
        told["told_at"] = announcement.issued_at.isoformat()
        keys = {"opening": announcement.opening, "signers": announcement.signers}
        self._write(_EMPLOYER, {**told, **keys})
        return True

    def signing(self) -> SigningKey:
        """Who the agent is."""
        return SigningKey(bytes.fromhex(self._own()["signing"]))

    def opening(self) -> tuple[PrivateKey, ...]:
        """What requests are opened with; the current key first."""
        return tuple(PrivateKey(bytes.fromhex(one["key"])) for one in self._own()["opening"])

    def fingerprint(self) -> str:
        return fingerprint(hexed(self.signing().verify_key))

    def keys(self) -> Keys:
        """Everything that serving needs, as it is now; raises WrongSettings, Malformed."""
        employer = self.employer()
        return Keys(
            opening=self.opening(),
            signing=self.signing(),
            portal=public_key(employer.opening),
            signers=tuple(verify_key(one) for one in employer.signers),
        )

    def renew(self, now: datetime | None = None) -> None:
        """Make a new key to seal to when the day is over, and destroy those that were replaced an
        hour ago."""
        now = now or datetime.now(UTC)
        whole = self._own()
        kept = list(whole["opening"])
        if now - _made_at(kept[0]) >= RENEWED:
            kept.insert(0, _fresh_key(now))
        replaced = itertools.pairwise(kept)  # each with the one that took its place
        kept = [kept[0], *(old for new, old in replaced if now - _made_at(new) < OVERLAP)]
        if kept != whole["opening"]:
            self._write(_KEYS, {**whole, "opening": kept})

    def next_number(self) -> int:
        """One that is higher than all before, even if the last few were lost."""
        path = self.path / _COUNTER
        try:
            last = int(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            last = 0
        number = max(last + 1, int(time.time()))
        self._write(_COUNTER, number)
        return number

    def _own(self) -> dict[str, Any]:
        return self._read(_KEYS, "python -m writeback.agent keygen")

    def _read(self, name: str, remedy: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise WrongSettings(f"{self.path / name} is missing: {remedy}") from None
        except (OSError, ValueError) as error:
            raise WrongSettings(f"{self.path / name} cannot be read") from error
        return found

    def _write(self, name: str, content: Any) -> None:
        handle, draft = tempfile.mkstemp(dir=self.path, prefix=f".{name}.")  # 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(self.path / name)


def from_environment(environment: Mapping[str, str] = os.environ) -> Home:
    """Raises WrongSettings."""
    state = environment.get("AGENT_STATE_DIR")
    if not state:
        raise WrongSettings("AGENT_STATE_DIR is missing: a directory for the agent's own files")
    return Home(Path(state))


def _fresh_key(now: datetime | None = None) -> dict[str, str]:
    made = (now or datetime.now(UTC)).isoformat()
    return {"key": bytes(PrivateKey.generate()).hex(), "made_at": made}


def _made_at(key: dict[str, str]) -> datetime:
    try:
        return datetime.fromisoformat(key["made_at"])
    except ValueError as error:
        raise Malformed("a key without its moment") from error
