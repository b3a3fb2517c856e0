"""How a directory, or the agent that asks it, may answer. One vocabulary for portal and agent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a diagnosis looked at; ``remedy`` says how to mend what is not well."""

    subject: str
    well: bool
    remedy: str = ""
