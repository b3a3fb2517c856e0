"""The breaker: what is different while somebody guesses at many accounts at once.

Limits per account say nothing about a thousand accounts tried once each. So strangers' answers
are counted for the whole directory; when far more are wrong than usual (``reset.guessing``), the
directory is *strained*: strangers wait between answers, and their browsers have work to do
before they begin. Nobody is shut out, except where somebody wants resets left to the helpdesk.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from accounts.people.models import Directory
from accounts.people.registry import Act
from accounts.prepared import Given, Prepared
from reset import breaker_events as events
from reset.models import AnswerCount, Attempt, Strain

PERIOD = timedelta(minutes=10)
SHARDS = 8
KEPT = timedelta(days=16)

_STRAIN = Prepared(
    lambda: Strain.objects.filter(directory_id=Given("directory", BigIntegerField()))
)
_COUNT = """
INSERT INTO reset_answercount (directory_id, began_at, shard, wrong, passed)
VALUES (%(directory)s, %(began)s, %(shard)s, %(wrong)s, %(passed)s)
ON CONFLICT (directory_id, began_at, shard) DO UPDATE SET
  wrong = reset_answercount.wrong + excluded.wrong,
  passed = reset_answercount.passed + excluded.passed
"""


@dataclass(frozen=True, slots=True)
class State:
    """``is_strained``: somebody is guessing. ``helpdesk_only``: nobody resets alone just now."""

    is_strained: bool = False
    helpdesk_only: bool = False


CALM = State()


def is_strained(directory: Directory | int) -> bool:
    """Is somebody guessing at this directory's accounts? One query, by primary key."""
    return state_of(directory).is_strained


def state_of(directory: Directory | int) -> State:
    """How a directory stands now; one query, by primary key. ``state_for`` an attempt that is
    begun with this object asks no other."""
    if isinstance(directory, int):
        return _read(_STRAIN.first(directory=directory))
    row, reference = _STRAIN.first(directory=directory.pk), Directory._meta.get_field("strain")
    reference.set_cached_value(directory, row)
    return _read(row)


def state_for(attempt: Attempt) -> State:
    """How the directory of an attempt stood when the attempt was loaded, which asked for it."""
    return _read(getattr(attempt.directory, "strain", None))


def count(attempt: Attempt, *, passed: bool) -> None:
    """Count an answer that was judged, from a stranger; one statement, to a row of a few."""
    if attempt.from_known_browser:
        return
    values: dict[str, Any] = {
        "directory": attempt.directory_id,
        "began": connection.ops.adapt_datetimefield_value(period_of(timezone.now())),
        "shard": secrets.randbelow(SHARDS),
        "wrong": int(not passed),
        "passed": int(passed),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def period_of(moment: datetime) -> datetime:
    """When the ten minutes of a moment began."""
    return moment.replace(minute=moment.minute - moment.minute % 10, second=0, microsecond=0)


def restore(directory: Directory, act: Act) -> bool:
    """All is as usual again, at once; False when it is already."""
    now = timezone.now()
    with transaction.atomic():
        row = Strain.objects.in_directory(directory).select_for_update().first()
        if row is None or _read(row) == CALM:
            return False
        row.until = row.began_at = row.helpdesk_only_at = None
        row.restored_at, row.by_hand = now, False
        row.save()
        act.note_for(events.ResetsRestored(), directory)
    return True


def leave_to_helpdesk(directory: Directory, act: Act) -> bool:
    """Nobody resets alone until somebody restores it; False when that is so already."""
    with transaction.atomic():
        Strain.objects.get_or_create(directory=directory)
        row = Strain.objects.in_directory(directory).select_for_update().get()
        if row.helpdesk_only_at and row.by_hand:
            return False
        row.helpdesk_only_at, row.by_hand = row.helpdesk_only_at or timezone.now(), True
        row.save()
        act.note_for(events.LeftToHelpdesk(), directory)
    return True


def sweep() -> int:
    """Delete counts that nothing is learned from any more; returns how many rows."""
    return AnswerCount.objects.filter(began_at__lt=timezone.now() - KEPT).delete()[0]


def _read(row: Strain | None) -> State:
    if row is None:
        return CALM
    strained = row.until is not None and row.until > timezone.now()
    return State(strained, row.helpdesk_only_at is not None and (strained or row.by_hand))
