"""Events of the tests' own, and short ways to make records."""

from dataclasses import dataclass
from typing import Any

from accounts.audit.events import Event
from accounts.audit.models import AuditRecord, Outcome, Seal, SealedRecord, UnsealedRecord
from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import Directory


@dataclass(frozen=True, kw_only=True)
class Rang(
    Event, kind="test.rang", outcome=Outcome.SUCCEEDED, sentence="Rang the bell (%(method)s)"
):
    method: str = "bell"


@dataclass(frozen=True, kw_only=True)
class Slammed(
    Event, kind="test.slammed", outcome=Outcome.FAILED, sentence="Slammed %(doors)s doors"
):
    doors: int = 1


VISITOR = Client(
    address="203.0.113.7",
    network="203.0.113.0/24",
    device="phone",
    user_agent="Fictional Browser/1.0",
    request_id="r1",
)


def ring(directory: Directory, times: int = 1, **about: Any) -> list[AuditRecord]:
    """So many records in a directory."""
    values: dict[str, Any] = {"client": VISITOR, **about}
    return [record(Rang(), directory=directory.pk, **values) for _time in range(times)]


def counts() -> tuple[int, int, int, int]:
    """How many records, seals, sealed and unsealed ones there are."""
    models = (AuditRecord, Seal, SealedRecord, UnsealedRecord)
    counted = [model._default_manager.count() for model in models]
    return counted[0], counted[1], counted[2], counted[3]
