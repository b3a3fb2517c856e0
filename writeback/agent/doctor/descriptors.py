"""What an Active Directory's access control list lets somebody do, read and never tried.

Reads self-relative security descriptors (MS-DTYP 2.4.6) and walks their entries in order, as the
server does when it judges an object's control access right (MS-ADTS 5.1.3.3.4).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from writeback.agent.drivers.active_directory_facts import sid

CONTROL_ACCESS = 0x100  # ADS_RIGHT_DS_CONTROL_ACCESS (MS-DTYP 2.4.3)
GENERIC_ALL = 0x10000000
RESET_PASSWORD = UUID("00299570-246d-11d0-a768-00aa006e0529")  # MS-ADTS 5.1.3.2.1
_NOT_INHERITED_ANY_MORE = 0x1000  # SE_DACL_PROTECTED
_HAS_LIST = 0x0004  # SE_DACL_PRESENT
_FOR_CHILDREN_ONLY = 0x08  # INHERIT_ONLY_ACE
_PLAIN = {0: True, 1: False}  # kinds of entries, and whether they allow
_FOR_OBJECTS = {5: True, 6: False}


class Standing(StrEnum):
    """Is a right there? DENIED: taken away by name. UNSAID: the server does not say."""

    THERE = "there"
    MISSING = "missing"
    DENIED = "denied"
    UNSAID = "unsaid"

    @property
    def is_open(self) -> bool:
        """Is there something to mend?"""
        return self is not Standing.THERE


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list; ``right`` is None where it means every control access right."""

    allows: bool
    mask: int
    trustee: str
    right: UUID | None


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Who may do what with an object; ``is_cut_off``: what its parents grant does not arrive."""

    entries: tuple[Entry, ...]
    is_cut_off: bool

    def standing(self, token: Collection[str], right: UUID) -> Standing:
        """Does somebody with these SIDs have a control access right? The first entry that says
        anything of it decides."""
        for entry in self.entries:
            means_it = entry.right in {None, right} and entry.mask & (CONTROL_ACCESS | GENERIC_ALL)
            if means_it and entry.trustee in token:
                return Standing.THERE if entry.allows else Standing.DENIED
        return Standing.MISSING


def read(raw: bytes) -> Descriptor | None:
    """A descriptor as the server hands it out; None where it shows none, or none that is sound."""
    try:
        flags = int.from_bytes(raw[2:4], "little")
        start = int.from_bytes(raw[16:20], "little")
        if not flags & _HAS_LIST or not start:
            return None
        return Descriptor(tuple(_entries(raw[start:])), bool(flags & _NOT_INHERITED_ANY_MORE))
    except (IndexError, ValueError):
        return None


def _entries(raw: bytes) -> Iterator[Entry]:
    count, at = int.from_bytes(raw[4:6], "little"), 8
    for _entry in range(count):
        kind, flags = raw[at], raw[at + 1]
        size = int.from_bytes(raw[at + 2 : at + 4], "little")
        body = raw[at + 4 : at + size]
        if size < 8 or len(body) != size - 4:
            raise ValueError("cut short")
        at += size
        if flags & _FOR_CHILDREN_ONLY:
            continue
        mask = int.from_bytes(body[:4], "little")
        if kind in _PLAIN:
            yield Entry(_PLAIN[kind], mask, sid(body[4:]), None)
        elif kind in _FOR_OBJECTS:
            yield _for_objects(_FOR_OBJECTS[kind], mask, body[4:])


def _for_objects(allows: bool, mask: int, body: bytes) -> Entry:
    """Flags, then an object type and an inherited object type where the flags say so
    (MS-DTYP 2.4.4.3)."""
    flags = int.from_bytes(body[:4], "little")
    right, at = None, 4
    if flags & 1:
        right, at = UUID(bytes_le=body[4:20]), 20
    if flags & 2:
        at += 16
    return Entry(allows, mask, sid(body[at:]), right)
