"""The file that says what became of every row."""

import csv
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from reports.csvs import guarded
from sspr.imports.rows import CREATED, UPDATED, Row, Wrong

_KEY = 254  # characters of a key, which may be anything in a row that was refused
HEADER = ("row", "key", "result", "column", "message")


class Results:
    """Written batch by batch, each after it was committed, and counted.

    An earlier file of results is replaced; any other file is left alone.
    """

    def __init__(self, path: Path, *, dry_run: bool) -> None:
        self.path, self.counts = path, Counter[str]()
        self._would_be = "would be " if dry_run else ""
        try:
            _check_replaceable(path)
            self._file = open(  # noqa: SIM115  closed by __exit__
                path, "w", encoding="utf-8-sig", newline="", opener=_only_ours
            )
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is something else"
            raise Wrong(f"The results cannot be written to {path}: {reason}.") from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADER)
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, rows: Iterable[Row]) -> None:
        """What became of these rows; on its way to the disk when this returns."""
        for row in rows:
            self.counts[row.result] += 1
            columns = "; ".join(dict.fromkeys(fault.column for fault in row.faults if fault.column))
            message = "; ".join(fault.message for fault in row.faults)
            line = (str(row.number), row.name[:_KEY], self._said(row.result), columns, message)
            self._writer.writerow([guarded(cell).replace("\0", "") for cell in line])
        self._file.flush()

    def _said(self, result: str) -> str:
        return self._would_be + result if result in {CREATED, UPDATED} else result


def _only_ours(path: str, flags: int) -> int:
    """It says who has an account, so nobody else reads it, from its first byte on; and where it
    is written is not for a link to say, which others may have put there."""
    file = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    os.fchmod(file, 0o600)
    return file


def _check_replaceable(path: Path) -> None:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline(100).strip()
    if first and first != ",".join(HEADER):
        raise Wrong(f"The results cannot be written to {path}: it is something else.")
