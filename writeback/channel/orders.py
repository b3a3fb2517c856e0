"""What the portal wants done, before an agent is chosen for it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from writeback.agent.messages import Operation, Request

LOOK_LIFE = timedelta(seconds=30)  # of a question; a write brings its own


def _soon() -> datetime:
    return timezone.now() + LOOK_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to do or to look up. ``target`` and ``about`` as in ``agent.messages.Request``."""

    operation: Operation
    target: str = ""
    id: UUID = field(default_factory=uuid.uuid4)
    expires_at: datetime = field(default_factory=_soon)
    policy: str = ""
    password: str = field(default="", repr=False)
    current: str = field(default="", repr=False)
    must_change: bool = False
    about: UUID | None = None

    def to(self, agent: str, directory: str) -> Request:
        """The same as a request to one agent, issued now."""
        return Request(
            id=self.id,
            agent=agent,
            directory=directory,
            operation=self.operation,
            target=self.target,
            policy=self.policy,
            issued_at=timezone.now(),
            expires_at=self.expires_at,
            password=self.password,
            current=self.current,
            must_change=self.must_change,
            about=self.about,
        )
