"""What a file of breached passwords is built from, one entry at a time.

- hashes, a line each: ``SHA1:count`` or ``SHA1``, as Pwned Passwords is downloaded in one file;
- a folder of ranges: a file for each five first digits, named by them, of ``35 digits:count``;
- passwords, a line each, as lists of common ones are written.

Any file may be packed with gzip.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from accounts.policy.breached.file import ENTRY, Damaged, entry_of

_DIGITS = 2 * ENTRY
_HASH = re.compile(rb"[0-9A-Fa-f]{40}(?::(\d{1,12}))?\s*")
_REST = re.compile(rb"[0-9A-Fa-f]{35}:(\d{1,12})\s*")
_RANGE = re.compile(r"([0-9A-Fa-f]{5})(?:\.txt)?(?:\.gz)?")
_LONGEST_LINE = 4096


def entries(source: Path, *, min_count: int = 1) -> Iterator[int]:
    """The entries of a source, in its own order, seen in breaches at least ``min_count`` times.

    Raises Damaged and OSError. Lists of passwords have no counts, so all of theirs are given.
    """
    if source.is_dir():
        for path in sorted(source.iterdir()):
            if name := _RANGE.fullmatch(path.name):
                yield from _range(path, name[1].encode(), min_count)
        return
    with _opened(source) as lines:
        first = lines.readline(_LONGEST_LINE)
    if _HASH.fullmatch(first):
        yield from _hashes(source, min_count)
    else:
        yield from _passwords(source)


def _hashes(source: Path, min_count: int) -> Iterator[int]:
    for number, line in _lines(source):
        found = _HASH.fullmatch(line)
        if found is None:
            raise Damaged(f"line {number} of {source.name} is no hash")
        if found[1] is None or int(found[1]) >= min_count:
            yield int(line[:_DIGITS], 16)


def _range(source: Path, prefix: bytes, min_count: int) -> Iterator[int]:
    for number, line in _lines(source):
        found = _REST.fullmatch(line)
        if found is None:
            raise Damaged(f"line {number} of {source.name} is no part of a hash")
        count = int(found[1])
        if count and count >= min_count:  # padding has the count 0
            yield int(prefix + line[: _DIGITS - len(prefix)], 16)


def _passwords(source: Path) -> Iterator[int]:
    for _number, line in _lines(source):
        yield entry_of(line.rstrip(b"\r\n").decode(errors="surrogateescape"))


def _lines(source: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, with their numbers."""
    with _opened(source) as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if line.strip():
                yield number, line


def _opened(source: Path) -> BinaryIO:
    if source.suffix == ".gz":
        return cast("BinaryIO", gzip.open(source, "rb"))
    return source.open("rb")
