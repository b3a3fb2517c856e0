"""How a directory, or the agent that asks it, may answer. One vocabulary for portal and agent."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class StoreError(Exception):
    """A store did not do what it was asked."""


class Refused(StoreError):
    """The store said no. ``code`` is a key of ``writeback.reasons``; ``until``: till when."""

    def __init__(self, code: str, until: datetime | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.until = until


class Away(StoreError):
    """The store could not be asked; nothing was sent."""


class AnswerLost(StoreError):
    """The request was sent and no answer came. Whether it was done has to be found out."""


class Verdict(StrEnum):
    """How a store answers a password."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    MUST_CHANGE = "must_change"
    EXPIRED = "expired"
    DISABLED = "disabled"


class Answer(StrEnum):
    """What a store knows about a job. NEVER: it did not come, and will not be done any more."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NEVER = "never"


class Health(StrEnum):
    """How bad a finding is. UNKNOWN: it cannot be known without trying."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a diagnosis looked at. ``subject`` and ``cause`` are a key of
    ``writeback.agent.doctor.words``, ``facts`` fill its sentence, and ``mends`` are lines that an
    administrator of the directory can run as they stand."""

    subject: str
    cause: str
    health: Health
    facts: dict[str, Any] = field(default_factory=dict)
    mends: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return self.health is Health.WELL
