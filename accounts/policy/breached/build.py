"""Building a file of breached passwords: any number of entries, in memory that does not grow.

Entries that come in order, as downloads do, make one run, which only has to be written down
again. Others are sorted in pieces, and the pieces merged. The new file takes the old one's place
in one step at the very end.
"""

import contextlib
import hashlib
import heapq
import os
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from accounts.policy.breached.file import HEADER, Damaged, header

PIECE = 500_000  # entries sorted at once: some 50 MB
_AT_ONCE = 128  # runs merged at once: each is an open file
_BLOCK = 8192  # entries


def build(found: Iterable[int], target: Path) -> int:
    """Write the entries to ``target``, sorted and each once; returns how many there are.

    Raises Damaged where there are none: a list that says nothing must not replace one that does.
    Whatever happens before the end leaves the file that was there.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".breached-") as folder:
        place = Path(folder)
        runs = _sorted_runs(found, place)
        while len(runs) > _AT_ONCE:
            runs = [_merged(part, place) for part in _parts(runs)]
        made = place / "made"
        count = _write(_distinct(heapq.merge(*map(_read, runs))), made)
        if not count:
            raise Damaged("there is no entry in the source")
        made.chmod(0o644)
        made.replace(target)
    _flush(target.parent)
    return count


def _sorted_runs(found: Iterable[int], place: Path) -> list[Path]:
    """Pieces in order; a piece that begins where the one before ended goes on in its file."""
    runs: list[Path] = []
    end, entries = -1, iter(found)
    while piece := sorted(islice(entries, PIECE)):
        if not runs or piece[0] < end:
            runs.append(place / f"run-{len(runs)}")
        with runs[-1].open("ab") as file:
            array("Q", piece).tofile(file)
        end = piece[-1]
    return runs


def _parts(runs: list[Path]) -> Iterator[list[Path]]:
    for start in range(0, len(runs), _AT_ONCE):
        yield runs[start : start + _AT_ONCE]


def _merged(runs: list[Path], place: Path) -> Path:
    merged = place / f"{runs[0].name}-merged"
    with merged.open("wb") as file:
        for block in _blocks(heapq.merge(*map(_read, runs))):
            block.tofile(file)
    for run in runs:
        run.unlink()
    return merged


def _read(run: Path) -> Iterator[int]:
    with run.open("rb") as file:
        while raw := file.read(_BLOCK * 8):
            yield from array("Q", raw)


def _distinct(ordered: Iterable[int]) -> Iterator[int]:
    before = -1
    for entry in ordered:
        if entry != before:
            yield entry
            before = entry


def _blocks(entries: Iterable[int]) -> Iterator["array[int]"]:
    source = iter(entries)
    while block := array("Q", islice(source, _BLOCK)):
        yield block


def _write(entries: Iterable[int], made: Path) -> int:
    """The finished file; the header last, so that half a file is never taken for one."""
    count, digest = 0, hashlib.sha256()
    with made.open("wb") as file:
        file.write(bytes(HEADER.size))
        for block in _blocks(entries):
            count += len(block)
            if sys.byteorder == "little":
                block.byteswap()
            raw = block.tobytes()
            digest.update(raw)
            file.write(raw)
        file.seek(0)
        file.write(header(count, digest.digest()))
        file.flush()
        os.fsync(file.fileno())
    return count


def _flush(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
