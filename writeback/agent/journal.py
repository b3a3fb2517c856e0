"""The agent's journal: which jobs were begun, and how they ended. Ids and outcomes, no passwords.

A line is on disk before a password is sent, so that no job is ever done twice, whatever is killed
when. Whoever loses the journal loses that knowledge: jobs issued before it began are refused.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

KEPT = timedelta(days=7)
_TABLES = """
CREATE TABLE IF NOT EXISTS journal (began_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, operation TEXT NOT NULL, target TEXT NOT NULL, started_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', until TEXT,
  before TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS jobs_started ON jobs (started_at);
"""


Paces = tuple[tuple[timedelta, int, bool], ...]  # within, how many, and whether for each account


class Repeated(Exception):
    """This job was begun before."""


class TooFast(Exception):
    """Too many jobs began lately; ``until``: when one may begin again at the latest."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too fast")
        self.until = until


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a job. ``state`` is empty while it is under way, or when the agent was
    killed in the middle of it. ``before``: the account's witness when it began."""

    operation: str
    target: str
    started_at: datetime
    state: str
    reason: str
    until: datetime | None
    before: str


class Journal:
    """One file, one connection, thread-safe."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_TABLES)
        if not self._database.execute("SELECT 1 FROM journal").fetchone():
            now = datetime.now(UTC).isoformat()
            self._database.execute("INSERT INTO journal VALUES (?)", [now])

    @property
    def began_at(self) -> datetime:
        """Nothing is known of jobs from before."""
        with self._locked() as database:
            (text,) = database.execute("SELECT began_at FROM journal").fetchone()
        return datetime.fromisoformat(text)

    def start(
        self, job: UUID, operation: str, target: str, paces: Paces = (), before: str = ""
    ) -> None:
        """Note that a job begins; on disk when this returns. Raises Repeated, and TooFast where a
        pace would be passed: counted in one transaction, so that many at once pass none."""
        now = datetime.now(UTC)
        row = [str(job), operation, target, now.isoformat(), before]
        columns = "id, operation, target, started_at, before"
        insert = f"INSERT INTO jobs ({columns}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608  constants
        with self._locked() as database, _transaction(database):
            if database.execute("SELECT 1 FROM jobs WHERE id = ?", [str(job)]).fetchone():
                raise Repeated
            for within, times, each in paces:
                if _begun(database, now - within, target if each else "") >= times:
                    raise TooFast(now + within)
            database.execute(insert, row)

    def end(self, job: UUID, state: str, reason: str = "", until: datetime | None = None) -> None:
        """Note how a job ended."""
        row = [state, reason, until.isoformat() if until else None, str(job)]
        with self._locked() as database:
            database.execute("UPDATE jobs SET state = ?, reason = ?, until = ? WHERE id = ?", row)

    def give_up(self, job: UUID) -> bool:
        """Note that a job that never came is not to be begun any more; False when it came."""
        row = [str(job), datetime.now(UTC).isoformat()]
        insert = (
            "INSERT OR IGNORE INTO jobs (id, operation, target, started_at, state) "
            "VALUES (?, '', '', ?, 'refused')"
        )
        with self._locked() as database:
            return bool(database.execute(insert, row).rowcount)

    def line(self, job: UUID) -> Line | None:
        """What is known of a job; None when it never came."""
        columns = "operation, target, started_at, state, reason, until, before"
        with self._locked() as database:
            query = f"SELECT {columns} FROM jobs WHERE id = ?"  # noqa: S608  constants only
            row = database.execute(query, [str(job)]).fetchone()
        if row is None:
            return None
        operation, target, started, state, reason, until, before = row
        ends = datetime.fromisoformat(until) if until else None
        began = datetime.fromisoformat(started)
        return Line(operation, target, began, state, reason, ends, before)

    def started_since(self, moment: datetime, target: str = "") -> int:
        """How many jobs began since a moment, for one account or for all."""
        with self._locked() as database:
            return _begun(database, moment, target)

    def sweep(self) -> int:
        """Forget jobs that nobody asks after any more; returns how many."""
        before = (datetime.now(UTC) - KEPT).isoformat()
        with self._locked() as database:
            return database.execute("DELETE FROM jobs WHERE started_at < ?", [before]).rowcount

    def close(self) -> None:
        with self._locked() as database:
            database.close()

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._database


def _begun(database: sqlite3.Connection, moment: datetime, target: str) -> int:
    found = database.execute(
        "SELECT count(*) FROM jobs "
        "WHERE started_at > ? AND target <> '' AND (? = '' OR target = ?)",
        [moment.astimezone(UTC).isoformat(), target, target],
    ).fetchone()
    return int(found[0])


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """One that other processes of this agent wait for."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
