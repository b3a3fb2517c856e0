"""Reading a directory page by page, over many requests.

A directory server hands out its pages on one connection, so a reading stays open here between two
requests. Where to go on is the target of a request: nothing, or ``since:MARK``, begins a reading;
``page:READING:NUMBER`` asks for its next page, or again for the last one, whose answer may have
been lost. A reading that nobody goes on with makes room for another.
"""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from writeback.agent.answers import Refused
from writeback.agent.drivers.base import GroupPart, Item, Mark, Person, Present

ROOM = 48 * 1024  # bytes of one page as JSON, well within a message
MOST = 2  # readings at a time
LONGEST_TEXT = 254  # characters of an attribute; what is longer is not what we take it for

Facts = dict[str, Any]


class Readings:
    """The readings that are open; thread-safe."""

    def __init__(self) -> None:
        self._open: dict[UUID, _Reading] = {}
        self._lock = threading.Lock()

    def page(self, job: UUID, target: str, begin: Callable[[str], Iterator[Item]]) -> Facts:
        """One page, and in ``next`` where to go on, empty after the last.

        Raises ``Refused("start_over")`` for a reading that is not open here any more.
        """
        kind, _colon, rest = target.partition(":")
        if kind == "page":
            reading, number = self._found(rest)
        elif kind in {"", "since"}:
            reading, number = self._began(job, begin(rest)), 1
        else:
            raise Refused("start_over")
        try:
            return reading.page(number)
        except Exception:
            self._end(reading)
            raise

    def close(self) -> None:
        """Let go of every reading."""
        for reading in list(self._open.values()):
            self._end(reading)

    def _found(self, place: str) -> "tuple[_Reading, int]":
        name, _colon, number = place.partition(":")
        with suppress(ValueError):
            reading = self._open.get(UUID(name))
            if reading:
                return reading, int(number)
        raise Refused("start_over")

    def _began(self, job: UUID, items: Iterator[Item]) -> "_Reading":
        reading = _Reading(job, items)
        with self._lock:
            idle = sorted(self._open.values(), key=lambda one: one.touched)
            self._open[job] = reading
        for one in idle[: max(0, len(idle) + 1 - MOST)]:
            self._end(one)
        return reading

    def _end(self, reading: "_Reading") -> None:
        with self._lock:
            self._open.pop(reading.id, None)
        reading.close()


@dataclass(slots=True)
class _Reading:
    """``last`` is the page that was told last, and ``held`` what did not fit into it."""

    id: UUID
    items: Iterator[Item]
    number: int = 0
    last: Facts = field(default_factory=dict)
    held: Item | None = None
    touched: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, number: int) -> Facts:
        with self.lock:
            self.touched = time.monotonic()
            if number == self.number + 1 and (number == 1 or self.last["next"]):
                self.last, self.number = self._made(number), number
            elif number != self.number:
                raise Refused("start_over")
            return self.last

    def close(self) -> None:
        with self.lock:
            close = getattr(self.items, "close", None)
            if close:
                close()

    def _made(self, number: int) -> Facts:
        page = _Page()
        while True:
            item = self.held or next(self.items, None)
            self.held = None
            if item is None:  # closed meanwhile
                raise Refused("start_over")
            if isinstance(item, Mark):
                return page.facts(mark=item)
            if not page.takes(item):
                self.held = item
                return page.facts(following=f"page:{self.id}:{number + 1}")


class _Page:
    def __init__(self) -> None:
        self._people: list[Facts] = []
        self._groups: list[Facts] = []
        self._present: list[bytes] = []
        self._room = ROOM

    def takes(self, item: Person | GroupPart | Present) -> bool:
        """Put it onto the page; False when there is no room for it. An empty page takes all."""
        if isinstance(item, Present):
            return self._put(self._present, item.anchors, len(item.anchors) * 4 // 3)
        told = _told_group(item) if isinstance(item, GroupPart) else _told_person(item)
        kept = self._groups if isinstance(item, GroupPart) else self._people
        return self._put(kept, told, len(json.dumps(told, ensure_ascii=False).encode()) + 2)

    def facts(self, mark: Mark | None = None, following: str = "") -> Facts:
        return {
            "people": self._people,
            "groups": self._groups,
            "present": b64encode(b"".join(self._present)).decode(),
            "next": following,
            "mark": mark.text if mark else "",
            "whole": mark.whole if mark else False,
        }

    def _put(self, kept: list[Any], told: Any, size: int) -> bool:
        if size > self._room and self._room < ROOM:
            return False
        kept.append(told)
        self._room -= size
        return True


def _told_person(person: Person) -> Facts:
    return {
        "anchor": person.anchor,
        "name": _cut(person.user_principal_name),
        "account": _cut(person.account_name),
        "display": _cut(person.display_name),
        "enabled": person.enabled,
        "primary": person.primary,
        "contacts": {name: _cut(text) for name, text in person.attributes.items()},
    }


def _told_group(part: GroupPart) -> Facts:
    members = b64encode(part.members).decode()
    return {"anchor": part.anchor, "name": _cut(part.name), "members": members}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else ""
