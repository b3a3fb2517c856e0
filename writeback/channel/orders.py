"""What the portal wants done, before an agent is chosen for it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from writeback.agent.messages import Operation, Request

LOOK_LIFE = timedelta(seconds=30)  # of a question; a write brings its own
_LONG = frozenset({"people", "diagnose"})  # nobody sits before these, and they take their time


def _soon() -> datetime:
    return timezone.now() + LOOK_LIFE


def _nobody(agent: str) -> None:
    """Not noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to do or to look up. ``target`` and ``about`` as in ``agent.messages.Request``.

    ``agent``: only that one can be asked. ``noted`` is told who it goes to, before it is sent.
    """

    operation: Operation
    target: str = ""
    id: UUID = field(default_factory=uuid.uuid4)
    expires_at: datetime = field(default_factory=_soon)
    policy: str = ""
    password: str = field(default="", repr=False)
    current: str = field(default="", repr=False)
    must_change: bool = False
    about: UUID | None = None
    agent: str = ""
    noted: Callable[[str], object] = _nobody

    @property
    def is_long(self) -> bool:
        """Is its answer waited for as long as it may take?"""
        return self.operation in _LONG

    def to(self, agent: str, directory: str, *, ahead: timedelta = timedelta()) -> Request:
        """The same as a request to one agent, issued now, told in the time of its clock, which is
        that much ahead of ours."""
        return Request(
            id=self.id,
            agent=agent,
            directory=directory,
            operation=self.operation,
            target=self.target,
            policy=self.policy,
            issued_at=timezone.now() + ahead,
            expires_at=self.expires_at + ahead,
            password=self.password,
            current=self.current,
            must_change=self.must_change,
            about=self.about,
        )
