"""What a store of passwords can do, and the ways it can fail."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.people.models import User
from writeback.agent.answers import (
    Answer,
    AnswerLost,
    Away,
    Refused,
    StoreError,
    Verdict,
)

__all__ = [
    "Answer",
    "AnswerLost",
    "Away",
    "Demands",
    "Job",
    "Refused",
    "State",
    "Store",
    "StoreError",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be done to one account, once, before ``expires_at``.

    ``policy`` is the fingerprint of the rules it was judged by. ``must_change``: somebody else
    chose the password, so its owner has to change it. ``confirm`` notes the success, and says
    whether the job still stood. A store that keeps passwords in our own database calls it in the
    transaction that writes. ``agent`` is who it was sent to, empty before; ``sent_to`` notes that,
    before it is sent.
    """

    id: UUID
    user: User
    expires_at: datetime
    history_length: int = 0
    policy: str = ""
    must_change: bool = False
    confirm: Callable[[], bool] = bool
    agent: str = ""
    created_at: datetime = field(default_factory=timezone.now)
    sent_to: Callable[[str], object] = str
    is_unlock: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """What a directory of its own asks of an account's new password; None where it does not say.

    ``complexity``: three of the five kinds of characters, and not the name. ``history``: so many
    former passwords are refused at a change, ``history_on_reset`` at a reset. ``min_age``: how old
    one must be before its owner may change it.
    """

    min_length: int | None = None
    history: int | None = None
    min_age: timedelta | None = None
    complexity: bool | None = None
    history_on_reset: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a store says about an account. ``demands``: None where only our own rules hold.

    ``due``: the password has to be changed, flagged or expired.
    """

    locked: bool = False
    locked_until: datetime | None = None
    password_changed_at: datetime | None = None
    password_expires_at: datetime | None = None
    due: bool = False
    demands: Demands | None = None


class Store(ABC):
    """Where passwords live. Refusals, outages and lost answers are raised as the errors above."""

    can_unlock = False

    @abstractmethod
    def is_away(self) -> bool:
        """Would a request made now fail before it is sent? Cheap; asked before the gates."""

    @abstractmethod
    def find(self, user: User) -> str | None:
        """The store's own immutable name for a person; None when it knows nobody like that."""

    @abstractmethod
    def verify(self, user: User, password: str) -> Verdict:
        """Is this the password? Raises ``Refused("too_many_wrong")`` when none is judged now."""

    def pretend(self, name: bytes) -> None:  # noqa: B027  most have nothing to do
        """Take as long as judging a password of somebody, for a name that is nobody's here."""

    @abstractmethod
    def reset(self, job: Job, password: str) -> None:
        """Set a password whoever knows the old one or not, and unlock the account."""

    @abstractmethod
    def change(self, job: Job, password: str, *, current: str) -> None:
        """Set a password as the person, who knows the current one."""

    @abstractmethod
    def unlock(self, job: Job) -> None:
        """Lift a lock; the password stays."""

    @abstractmethod
    def describe(self, user: User) -> State:
        """Lock state, expiry and the password rules in force."""

    @abstractmethod
    def outcome(self, job: Job) -> Answer:
        """What became of a job; one that was refused for a reason raises ``Refused`` with it."""
