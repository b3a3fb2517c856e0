"""The outbox: decided in a transaction, done afterwards, never lost.

``send`` writes a parcel in the caller's transaction. A worker claims it with a lease, does the
work outside any transaction, and marks it finished; a worker that dies leaves a lease that runs
out. Only then can something be done twice, and a parcel knows: ``parcel.attempts > 1``.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, IntegerField, UUIDField
from django.utils import timezone

from accounts import clock, seams
from accounts.outbox import wake
from accounts.outbox.models import Parcel
from accounts.prepared import Change, Given, insert
from accounts.tenancy import across_directories

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BACK_OFF = (5, 15, 60, 300, 900, 1800)  # seconds; the last repeats until the parcel expires
KEPT = timedelta(days=7)

_CLAIM = """
UPDATE accounts_parcel
SET attempts = attempts + 1, leased_until = %(until)s, due_at = %(until)s
WHERE id = (
  SELECT id FROM accounts_parcel WHERE finished_at IS NULL AND due_at <= %(now)s
  ORDER BY due_at LIMIT 1 {hold}
)
RETURNING *
"""


class TryLater(Exception):
    """The work could not be done now; the parcel stays. The message is logged: no secrets."""


def send(
    kind: str, payload: Mapping[str, Any], *, directory: int | None, expires_in: timedelta
) -> Parcel:
    """Put a parcel into the outbox, in the transaction that decided on it."""
    parcel = Parcel(
        kind=kind,
        payload=dict(payload),
        directory_id=directory,
        expires_at=timezone.now() + expires_in,
    )
    insert(parcel)
    transaction.on_commit(wake.wake, robust=True)
    return parcel


def work(most: int = 100) -> int:
    """Do up to ``most`` parcels that are due; returns how many were claimed."""
    done = 0
    while done < most and (parcel := _claim()):
        _deliver(parcel)
        done += 1
    return done


def sweep() -> int:
    """Delete what was finished, or ran out, a while ago; returns how many rows. What a clock that
    was ahead has put off is due now."""
    now = timezone.now()
    put_off = Parcel.objects.filter(finished_at=None, created_at__gt=clock.ahead())
    put_off.update(created_at=now, due_at=now, expires_at=now + KEPT)
    return Parcel.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()[0]


def _claim() -> Parcel | None:
    """Take the parcel that has waited longest; one statement, which is a transaction by itself."""
    now, adapted = timezone.now(), connection.ops.adapt_datetimefield_value
    can_skip = connection.features.has_select_for_update_skip_locked
    statement = _CLAIM.format(hold="FOR UPDATE SKIP LOCKED" if can_skip else "")
    values = {"now": adapted(now), "until": adapted(now + LEASE)}
    return next(iter(Parcel.objects.raw(statement, values)), None)


def _deliver(parcel: Parcel) -> None:
    if parcel.expires_at <= timezone.now():
        return _finish(parcel, failure="expired")
    try:
        with across_directories("a worker serves every directory"):
            seams.outbox_handler(parcel.kind)(parcel)
    except TryLater as reason:
        log.warning("outbox: %s %s will be tried again: %s", parcel.kind, parcel.pk, reason)
        _postpone(parcel)
    except Exception:
        log.exception("outbox: %s %s failed", parcel.kind, parcel.pk)
        _postpone(parcel)
    else:
        _finish(parcel)


def _finish(parcel: Parcel, failure: str = "") -> None:
    if failure:
        log.error("outbox: %s %s was given up: %s", parcel.kind, parcel.pk, failure)
    _FINISH.make(
        pk=parcel.pk, attempts=parcel.attempts, finished_at=timezone.now(), failure=failure
    )


_FINISH = Change(
    lambda: Parcel.objects.filter(
        pk=Given("pk", UUIDField()), attempts=Given("attempts", IntegerField())
    ),
    finished_at=Given("finished_at", DateTimeField()),
    failure=Given("failure", CharField()),
)


def _postpone(parcel: Parcel) -> None:
    seconds = BACK_OFF[min(parcel.attempts, len(BACK_OFF)) - 1]
    due = timezone.now() + timedelta(seconds=seconds)
    mine = Parcel.objects.filter(pk=parcel.pk, attempts=parcel.attempts)
    mine.update(due_at=due, leased_until=None)
