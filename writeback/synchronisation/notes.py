"""What one run has to remember, whatever its size: kept in a temporary database, which SQLite
spills to a nameless file. Memory stays flat, and it is gone with the run."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Self
from uuid import UUID

from writeback.synchronisation.pages import GroupPart, Record

AT_ONCE = 1000
_TABLES = """
CREATE TABLE seen (anchor BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE waiting (anchor BLOB PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE TABLE gone (pk INTEGER PRIMARY KEY);
CREATE TABLE told (anchor TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE members (member BLOB, held_by BLOB, PRIMARY KEY (member, held_by)) WITHOUT ROWID;
BEGIN;
"""

Pair = tuple[str, str]


class Notes:
    """``seen``: whom and what the directory server has. ``waiting``: people whose name is still
    somebody else's. ``told``: the groups that were read, with ``members`` as pairs."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._kept.close()

    def clear(self) -> None:
        """Begin again: what was heard before may not be so any more."""
        for table in ("seen", "waiting", "told", "members"):
            self._kept.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours

    def see(self, anchors: Iterable[bytes]) -> None:
        self._kept.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((one,) for one in anchors))

    def has_seen(self, anchor: str) -> bool:
        found = self._kept.execute("SELECT 1 FROM seen WHERE anchor = ?", (packed(anchor),))
        return found.fetchone() is not None

    def wait(self, records: Iterable[Record]) -> None:
        rows = ((packed(one.anchor), json.dumps(asdict(one))) for one in records)
        self._kept.executemany("INSERT OR REPLACE INTO waiting VALUES (?, ?)", rows)

    def take_waiting(self) -> Iterator[list[Record]]:
        """Those who wait, each once, in batches."""
        last = b""
        select = "SELECT anchor, record FROM waiting WHERE anchor > ? ORDER BY anchor LIMIT ?"
        while rows := self._kept.execute(select, (last, AT_ONCE)).fetchall():
            last = rows[-1][0]
            self._kept.execute("DELETE FROM waiting WHERE anchor <= ?", (last,))
            yield [Record(**json.loads(text)) for _anchor, text in rows]

    @property
    def waiting(self) -> int:
        found: int = self._kept.execute("SELECT count(*) FROM waiting").fetchone()[0]
        return found

    def miss(self, keys: Iterable[int]) -> None:
        """These people were not seen."""
        self._kept.executemany("INSERT OR IGNORE INTO gone VALUES (?)", ((key,) for key in keys))

    def missed(self) -> Iterator[list[int]]:
        """The keys of those who were not seen, in batches."""
        last = 0
        select = "SELECT pk FROM gone WHERE pk > ? ORDER BY pk LIMIT ?"
        while rows := self._kept.execute(select, (last, AT_ONCE)).fetchall():
            last = rows[-1][0]
            yield [pk for (pk,) in rows]

    def hear(self, part: GroupPart) -> None:
        """What a page says of a group."""
        self._kept.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (part.anchor, part.name))
        group = packed(part.anchor)
        self._put((member, group) for member in part.members)

    def add_member(self, group: str, member: str) -> None:
        """Somebody names this group as theirs, whether or not it was read."""
        self._put([(packed(member), packed(group))])

    def groups(self) -> dict[str, str]:
        """The names of the groups that were read, by their anchors."""
        return dict(self._kept.execute("SELECT anchor, name FROM told"))

    def pairs(self) -> Iterator[list[Pair]]:
        """Who is in what: anchors of members with those of groups, in batches; those of one
        member side by side."""
        rows = self._kept.execute("SELECT member, held_by FROM members ORDER BY member, held_by")
        while batch := rows.fetchmany(AT_ONCE):
            yield [(unpacked(member), unpacked(group)) for member, group in batch]

    def is_member(self, member: str, group: str) -> bool:
        pair = (packed(member), packed(group))
        select = "SELECT 1 FROM members WHERE member = ? AND held_by = ?"
        return self._kept.execute(select, pair).fetchone() is not None

    def _put(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._kept.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", pairs)


def packed(anchor: str) -> bytes:
    return UUID(anchor).bytes


def unpacked(anchor: bytes) -> str:
    return str(UUID(bytes=anchor))
