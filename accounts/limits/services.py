"""Limits: how often something may be tried, and how long it rests afterwards.

Each is one row, moved by one conditional statement in a transaction of its own: what was counted
stays counted, whatever becomes of the request. ``spend`` before comparing, never after.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import BinaryField, DateTimeField, IntegerField, Q
from django.utils import timezone

from accounts import clock
from accounts.crypto import keyed_hash
from accounts.limits.models import Tally
from accounts.prepared import Given, Prepared, delete, require_no_transaction

ONCE = "once."  # begins the names of limits that hold what is used up, and so no blocks

_SPEND = """
INSERT INTO accounts_tally ("key", "limit", directory_id, count, resets_at, first_at)
VALUES (%(key)s, %(limit)s, %(directory)s, 1, %(first)s, %(now)s)
ON CONFLICT ("key") DO UPDATE SET
  count = CASE WHEN accounts_tally.resets_at <= %(now)s THEN 1 ELSE accounts_tally.count + 1 END,
  first_at = CASE WHEN accounts_tally.resets_at <= %(now)s THEN %(now)s
                  ELSE accounts_tally.first_at END,
  resets_at = CASE WHEN accounts_tally.resets_at <= %(now)s THEN %(first)s
                   WHEN accounts_tally.count + 1 >= %(times)s THEN %(rest)s
                   ELSE accounts_tally.resets_at END
WHERE accounts_tally.resets_at <= %(now)s OR accounts_tally.count < %(times)s
RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """``times`` within ``within``; the last of them starts a rest of ``rest``.

    ``shards`` spreads a hot counter over that many rows, each with its part of the times.
    """

    name: str
    times: int
    within: timedelta
    rest: timedelta
    shards: int = 1


@dataclass(frozen=True, slots=True)
class Spent:
    """``allowed``: this try may go on. ``left``: further tries. ``until``: when a refused one may
    be tried again (only set when not allowed)."""

    allowed: bool
    left: int = 0
    until: datetime | None = None


_FULL = Prepared(
    lambda: Tally.objects.filter(
        key=Given("key", BinaryField()),
        count__gte=Given("times", IntegerField()),
        resets_at__gt=Given("now", DateTimeField()),
    ).values_list("resets_at")
)

Counted = tuple[Limit, tuple[str, ...]]  # a limit, and whose tries it counts
_ROW = ("key", "count", "resets_at")


def spend(limit: Limit, *who: str, directory: int | None = None) -> Spent:
    """Take one try. Call it outside any transaction: it must not be rolled back."""
    times = max(1, limit.times // limit.shards)
    now = timezone.now()
    first = limit.rest if times == 1 else limit.within
    values = {
        "key": _key(limit, who, secrets.randbelow(limit.shards)),
        "limit": limit.name,
        "directory": directory,
        "times": times,
        "now": now,
        "first": now + first,
        "rest": now + limit.rest,
    }
    require_no_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        row = cursor.fetchone()
    if row:
        return Spent(allowed=True, left=times - row[0])
    return Spent(allowed=False, until=blocked_until(limit, *who))


def blocked_until(limit: Limit, *who: str) -> datetime | None:
    """When a used-up limit opens again; None while tries are left."""
    times, now = max(1, limit.times // limit.shards), timezone.now()
    keys = [_key(limit, who, shard) for shard in range(limit.shards)]
    ends = [end for key in keys for (end,) in _FULL.all(key=key, times=times, now=now)]
    return min(ends) if len(ends) == limit.shards else None


def used_up(counted: Iterable[Counted]) -> dict[Counted, datetime]:
    """Which of many limits are used up, and when each opens again; one query, in their order.
    None of them may have shards."""
    keys = {_key(limit, who, 0): (limit, who) for limit, who in counted}
    rows = Tally.objects.filter(key__in=keys, resets_at__gt=timezone.now())
    found = {bytes(key): (count, ends) for key, count, ends in rows.values_list(*_ROW)}
    return {
        (limit, who): found[key][1]
        for key, (limit, who) in keys.items()
        if key in found and found[key][0] >= limit.times
    }


def counted(limit: Limit, *who: str) -> int:
    """How many tries are counted just now."""
    keys = [_key(limit, who, shard) for shard in range(limit.shards)]
    rows = Tally.objects.filter(key__in=keys, resets_at__gt=timezone.now())
    return sum(rows.values_list("count", flat=True))


def clear(limit: Limit, *who: str) -> None:
    """Forget the tries: after a success, or when staff lift a block."""
    clear_all([(limit, who)])


def clear_all(counted: Iterable[Counted]) -> None:
    """Forget the tries under several limits, in one statement."""
    keys = [_key(limit, who, n) for limit, who in counted for n in range(limit.shards)]
    delete(Tally.objects.filter(key__in=keys))


def sweep() -> int:
    """Delete what has run out, and what a clock that was ahead began; returns how many rows."""
    run_out = Q(resets_at__lt=timezone.now()) | Q(first_at__gt=clock.ahead())
    return Tally.objects.filter(run_out).delete()[0]


def _key(limit: Limit, who: tuple[str, ...], shard: int) -> bytes:
    return keyed_hash("limit", limit.name, str(shard), *who)
