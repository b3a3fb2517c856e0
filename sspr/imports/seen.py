"""What a file has said before, without keeping it in memory."""

import hashlib
import os
import sqlite3
from typing import Self


class Seen:
    """Remembers in which row something stood first.

    It keeps digests under a key of its own in a temporary database, which SQLite spills to a
    nameless file: memory stays flat, and no name reaches the disk.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._kept.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._kept.close()

    def before(self, row: int, *what: str) -> int | None:
        """The row in which this stood before; None for the first time, which is remembered."""
        said = "\0".join(what).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(said, key=self._key, digest_size=16).digest()
        added = self._kept.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, row))
        if added.rowcount:
            return None
        found = self._kept.execute("SELECT row FROM seen WHERE what = ?", (digest,)).fetchone()
        return int(found[0])
