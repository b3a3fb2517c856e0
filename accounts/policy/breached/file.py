"""A file of passwords that are known from breaches, and how one is looked up.

64 bytes of header (magic, version, number of entries, SHA-256 of the entries), then the entries
in ascending order: the first 8 bytes of each password's SHA-1. That hash is what lists of breached
passwords are exchanged in; here it only names an entry and protects nothing. Among a billion
entries, a password that is not there is taken for one of them once in 18 billion times.
"""

import hashlib
import mmap
import os
import struct
from pathlib import Path
from typing import Self

ENTRY = 8
MAGIC = b"breached"
VERSION = 1
HEADER = struct.Struct(">8sIQ32s12x")
_BLOCK = 1 << 20
_GUESSES = 12


class Damaged(Exception):
    """This is no such file, or not all of one. The text says what is wrong, for operators."""


def entry_of(password: str) -> int:
    """The entry that stands for a password."""
    digest = hashlib.sha1(password.encode(errors="surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:ENTRY], "big")


def header(count: int, digest: bytes) -> bytes:
    """What stands before ``count`` entries whose SHA-256 is ``digest``."""
    return HEADER.pack(MAGIC, VERSION, count, digest)


class BreachedFile:
    """The open file, mapped into memory: a look-up touches a few pages, whatever its size."""

    def __init__(self, path: Path) -> None:
        """Raises Damaged, and OSError where there is no such file."""
        with path.open("rb") as file:
            self.stamp = stamp_of(os.fstat(file.fileno()))
            start = file.read(HEADER.size)
            size = os.fstat(file.fileno()).st_size
            self.count, self._digest = _understood(start, size)
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @classmethod
    def verified(cls, path: Path) -> Self:
        """The file, after all of it was read and found to be as it was built."""
        found = cls(path)
        digest = hashlib.sha256()
        for at in range(HEADER.size, len(found._map), _BLOCK):
            digest.update(found._map[at : at + _BLOCK])
        if digest.digest() != found._digest:
            raise Damaged("its entries are not those it was built with")
        return found

    def __contains__(self, password: object) -> bool:
        return isinstance(password, str) and self._holds(entry_of(password))

    def _holds(self, wanted: int) -> bool:
        """Hashes are spread evenly, so a few guesses find the place; else halving does."""
        low, high = 0, self.count - 1
        first, last = 0, (1 << 8 * ENTRY) - 1
        guesses = 0
        while low <= high and first <= wanted <= last:
            guess = low + (wanted - first) * (high - low) // max(1, last - first)
            if (guesses := guesses + 1) > _GUESSES:
                guess = (low + high) // 2
            found = self._at(guess)
            if found == wanted:
                return True
            if found < wanted:
                low, first = guess + 1, found
            else:
                high, last = guess - 1, found
        return False

    def _at(self, position: int) -> int:
        start = HEADER.size + position * ENTRY
        return int.from_bytes(self._map[start : start + ENTRY], "big")


def stamp_of(found: os.stat_result) -> tuple[int, int, int]:
    """Changes when the file is replaced, written to or cut."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def _understood(start: bytes, size: int) -> tuple[int, bytes]:
    if len(start) < HEADER.size or not start.startswith(MAGIC):
        raise Damaged("it was not made by manage.py breached build")
    _magic, version, count, digest = HEADER.unpack(start)
    if version != VERSION:
        raise Damaged(f"it has version {version}; this program reads version {VERSION}")
    if size != HEADER.size + count * ENTRY:
        raise Damaged(f"{count} entries take another size than {size} bytes")
    return count, digest
