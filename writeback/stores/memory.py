"""A store in this process's memory, for trials and tests: it can lock, expire, refuse, be away
and lose answers, so that every outcome has its page. It forgets everything on a restart."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.people.models import User
from writeback.stores.base import (
    Answer,
    AnswerLost,
    Away,
    Demands,
    Job,
    Refused,
    State,
    Store,
    Verdict,
)


@dataclass
class Entry:
    """An account, as a directory server would hold it. Ages are those of its password."""

    password: str
    locked: bool = False
    must_change: bool = False
    changed_at: datetime | None = None
    former: list[str] = field(default_factory=list)


@dataclass
class Faults:
    """What goes wrong next. ``lose``: "request" (never arrives) or "answer" (done, not heard)."""

    away: bool = False
    lose: str = ""
    refuse: str = ""


class Memory(Store):
    can_unlock = True

    def __init__(self, directory: int) -> None:
        self.directory = directory
        self.entries: dict[str, Entry] = {}
        self.journal: dict[UUID, Answer] = {}
        self.faults = Faults()
        self.min_length = 7
        self.min_age = timedelta(0)
        self._lock = threading.Lock()

    def add(self, user: User, password: str, *, locked: bool = False) -> Entry:
        """Make an account for a person."""
        entry = self.entries[user.upn_key] = Entry(password, locked=locked)
        return entry

    def is_away(self) -> bool:
        return self.faults.away

    def find(self, user: User) -> str | None:
        return user.upn_key if user.upn_key in self.entries else None

    def verify(self, user: User, password: str) -> Verdict:
        if self.faults.away:
            raise Away
        entry = self.entries.get(user.upn_key)
        if entry is None or entry.password != password:
            return Verdict.WRONG
        if entry.locked:
            return Verdict.LOCKED
        return Verdict.MUST_CHANGE if entry.must_change else Verdict.RIGHT

    def reset(self, job: Job, password: str) -> None:
        with self._journalled(job):
            entry = self._entry(job)
            self._set(entry, password)
            entry.must_change = job.must_change

    def change(self, job: Job, password: str, *, current: str) -> None:
        with self._journalled(job):
            entry = self._entry(job)
            if entry.password != current:
                raise Refused("wrong_current")
            self._check_change(entry, password)
            self._set(entry, password)

    def unlock(self, job: Job) -> None:
        with self._journalled(job):
            self._entry(job).locked = False

    def describe(self, user: User) -> State:
        if self.faults.away:
            raise Away
        entry = self.entries.get(user.upn_key)
        demands = Demands(self.min_length, min_age=self.min_age)
        if entry is None:
            return State(demands=demands)
        return State(
            entry.locked,
            password_changed_at=entry.changed_at,
            due=entry.must_change,
            demands=demands,
        )

    def outcome(self, job: Job) -> Answer:
        if self.faults.away:
            raise Away
        known = self.journal.get(job.id)
        if known is not None:
            return known
        return Answer.NEVER if job.expires_at <= timezone.now() else Answer.UNKNOWN

    @contextmanager
    def _journalled(self, job: Job) -> Iterator[None]:
        """One job: faults first, then the work, and its line in the journal."""
        if self.faults.away:
            raise Away
        if self.faults.lose == "request":
            raise AnswerLost
        with self._lock:
            if job.id in self.journal or job.expires_at <= timezone.now():
                raise Refused("repeated")
            self.journal[job.id] = Answer.REFUSED
            if self.faults.refuse:
                raise Refused(self.faults.refuse)
            yield
            self.journal[job.id] = Answer.DONE
        if self.faults.lose == "answer":
            raise AnswerLost

    def _entry(self, job: Job) -> Entry:
        try:
            return self.entries[job.user.upn_key]
        except KeyError:
            raise Refused("gone") from None

    def _set(self, entry: Entry, password: str) -> None:
        if len(password) < self.min_length:
            raise Refused("too_short")
        entry.former.append(entry.password)
        entry.password = password
        entry.changed_at = timezone.now()
        entry.locked = entry.must_change = False

    def _check_change(self, entry: Entry, password: str) -> None:
        if password in {entry.password, *entry.former}:
            raise Refused("in_history")
        free_at = entry.changed_at and entry.changed_at + self.min_age
        if free_at and free_at > timezone.now():
            raise Refused("too_young", until=free_at)
