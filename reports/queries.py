"""Reading the trail of one directory, newest first, a page at a time.

Pages are found by where the one before ended (time and id), never by counting: the thousandth
costs what the first does, and no record is shown twice or left out while others arrive.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.audit.models import AuditRecord
from accounts.people import names
from accounts.people.models import Directory, User
from accounts.reference import prefix_of

PAGE = 50
STEPS = 500  # of one attempt
MOST_PEOPLE = 50
_EXPORTED_AT_ONCE = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"(-?[0-9]{1,16})\.([0-9]{1,18})")

Records = QuerySet[AuditRecord]


class TooManyPeople(Exception):
    """What was typed is the beginning of too many names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the list: right at one record."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and the marks of the pages beside them (empty: there is none)."""

    entries: list[AuditRecord]
    newer: str
    older: str


def mark_of(text: str) -> Mark | None:
    """Read a mark; what is none leads to the first page."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    return Mark(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


def records(directory: Directory) -> Records:
    """Everything that happened in a directory, with the people it happened to."""
    return AuditRecord.objects.in_directory(directory).select_related("subject", "actor")


def about(rows: Records, directory: Directory, typed: str) -> Records:
    """Only what concerns the people, or the attempt, that somebody typed."""
    people = User.objects.in_directory(directory).filter(upn_key__startswith=names.key(typed))
    found = list(people.order_by("upn_key").values_list("pk", "upn_key")[: MOST_PEOPLE + 1])
    exact = [pk for pk, key in found if key == names.key(typed)]
    if len(found) > MOST_PEOPLE and not exact:
        raise TooManyPeople
    prefix = prefix_of(typed)
    if not found and prefix:
        return rows.filter(attempt__range=attempts_between(prefix))
    return rows.filter(subject__in=exact or [pk for pk, _key in found])


def attempts_between(prefix: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The first and the last identifier that begin with some hex digits."""
    return uuid.UUID(prefix.ljust(32, "0")), uuid.UUID(prefix.ljust(32, "f"))


def between(rows: Records, since: date | None, until: date | None, zone: ZoneInfo) -> Records:
    """Only what happened on these days, both included, where the directory is."""
    if since:
        rows = rows.filter(at__gte=datetime.combine(since, time.min, zone))
    if until:
        rows = rows.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, zone))
    return rows


def page(rows: Records, *, older_than: str = "", newer_than: str = "") -> Page:
    """The page beside a mark, or the first one."""
    newer, older = mark_of(newer_than), mark_of(older_than)
    if newer and (found := _newer(rows, newer)):
        return found
    entries = list(_older(rows, older)[: PAGE + 1])
    more, entries = len(entries) > PAGE, entries[:PAGE]
    return _between_marks(entries, newer=older is not None, older=more)


def everything(rows: Records) -> Iterator[AuditRecord]:
    """All the records, in portions: flat in memory, and no long transaction."""
    last: Mark | None = None
    while portion := list(_older(rows, last)[:_EXPORTED_AT_ONCE]):
        yield from portion
        last = Mark(portion[-1].at, portion[-1].pk)


def steps(directory: Directory, attempt: uuid.UUID) -> list[AuditRecord]:
    """What happened in one attempt, in order."""
    return list(records(directory).filter(attempt=attempt).order_by("at", "pk")[:STEPS])


def _older(rows: Records, mark: Mark | None) -> Records:
    rows = rows.order_by("-at", "-pk")
    if mark is None:
        return rows
    return rows.filter(Q(at__lt=mark.at) | Q(at=mark.at, pk__lt=mark.pk), at__lte=mark.at)


def _newer(rows: Records, mark: Mark) -> Page | None:
    after = rows.filter(Q(at__gt=mark.at) | Q(at=mark.at, pk__gt=mark.pk), at__gte=mark.at)
    entries = list(after.order_by("at", "pk")[: PAGE + 1])
    if not entries:
        return None
    more, entries = len(entries) > PAGE, entries[:PAGE]
    return _between_marks(entries[::-1], newer=more, older=True)


def _between_marks(entries: list[AuditRecord], *, newer: bool, older: bool) -> Page:
    if not entries:
        return Page([], "", "")
    first, last = entries[0], entries[-1]
    return Page(
        entries,
        newer=str(Mark(first.at, first.pk)) if newer else "",
        older=str(Mark(last.at, last.pk)) if older else "",
    )
