"""How an attempt came out, in one of six words: those people know from other products' reports."""

import json
from collections.abc import Iterable
from enum import Enum

from django.utils.translation import gettext_lazy as _

from accounts.audit.models import AuditRecord


class Result(Enum):
    """Each finished attempt has exactly one. The values are what is shown."""

    SUCCEEDED = _("Succeeded")
    CONTACTED = _("Contacted the helpdesk")
    BLOCKED = _("Blocked")
    FAILED = _("Failed")
    CANCELLED = _("Cancelled")
    ABANDONED = _("Abandoned")


_SUCCESSES = {"reset.succeeded", "reset.unlocked"}
_FAILURES = {"reset.failed", "reset.denied"}
_CANCELLATIONS = {"reset.stopped", "reset.disowned", "reset.overtaken"}
_END = "reset.expired"
_READY = "ready"


def result_of(entries: Iterable[AuditRecord]) -> Result | None:
    """The result of one attempt from its records; None while it is under way.

    Whoever asked the helpdesk, or was stopped by a limit, gave up for that reason.
    """
    bodies = {entry.kind: bytes(entry.body) for entry in entries}
    kinds = set(bodies)
    if kinds & _SUCCESSES:
        return Result.SUCCEEDED
    if not kinds & {*_FAILURES, *_CANCELLATIONS, _END}:
        return None
    if "reset.administrator_contacted" in kinds:
        return Result.CONTACTED
    if "reset.blocked" in kinds:
        return Result.BLOCKED
    if kinds & _CANCELLATIONS:
        return Result.CANCELLED
    is_failed = kinds & _FAILURES or not _could_be_won(bodies.get("reset.started"))
    return Result.FAILED if is_failed else Result.ABANDONED


def _could_be_won(body: bytes | None) -> bool:
    standing = json.loads(body).get("facts", {}).get("standing") if body else _READY
    return bool(standing == _READY)
