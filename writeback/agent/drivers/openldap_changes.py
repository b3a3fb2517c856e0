"""What changed in an OpenLDAP server, by the moments of modification.

The server's own clock counts, with an overlap, because a second has many changes. Groups name
their members by where they stand or by their ``uid``, so every reading begins with everything that
is there, which also tells what is gone.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ldap3 import Connection

from writeback.agent.drivers import marks, ppolicy
from writeback.agent.drivers.base import GroupPart, Item, Mark, Person, Present
from writeback.agent.drivers.reading import first, paged
from writeback.agent.settings import LdapSettings

PEOPLE = "(objectClass=person)"
GROUPS = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))"
OVERLAP = timedelta(seconds=60)
BEHIND, AHEAD = 3600, 300  # seconds by which a server's clock may differ from ours
_OF_A_PERSON = ("entryUUID", "uid", "mail", "cn", "displayName", "pwdAccountLockedTime")
_OF_A_GROUP = ("entryUUID", "cn", "member", "uniqueMember", "memberUid", "gidNumber")
_CHANGED = "modifyTimestamp"
_FEW = 20  # groups at once: one may have very many members
_AROUND = re.compile(r"\s*([,=+])\s*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(connection: Connection, settings: LdapSettings, mark: str) -> Iterator[Item]:
    """As ``Driver.changes`` says."""
    server = f"{connection.server.host}:{connection.server.port}"
    since = marks.place_of(mark, server, settings)
    began = int(datetime.now(UTC).timestamp())
    reading = _Reading(connection, settings, newest=since or 0)
    changed = "" if since is None else f"({_CHANGED}>={_written(since)})"
    try:
        yield from reading.present()
        yield from reading.people(changed)
        yield from reading.groups(changed)
    finally:
        reading.close()
    place = place_after(reading.newest, began)
    yield Mark(marks.made(server, settings, place), whole=since is None)


def place_after(newest: int, began: int) -> int:
    """Where the next reading begins: at the latest change, but not so long before this one that a
    quiet server's last changes are read for ever, nor in a future that a wrong clock once wrote."""
    return min(max(newest, began - BEHIND), began + AHEAD)


class _Reading:
    """``newest`` is the latest change that was seen, in seconds since 1970."""

    def __init__(self, connection: Connection, settings: LdapSettings, newest: int) -> None:
        self._connection, self._settings, self.newest = connection, settings, newest
        self._known = _Known()

    def close(self) -> None:
        self._known.close()

    def present(self) -> Iterator[Present]:
        wanted = ["entryUUID", "uid", "objectClass", "gidNumber"]
        for page in paged(self._connection, self._settings.base_dn, f"(|{PEOPLE}{GROUPS})", wanted):
            anchors = [_packed(one["raw_attributes"]) for one in page]
            for anchor, one in zip(anchors, page, strict=True):
                self._known.note(_names_of(one), anchor)
            yield Present(b"".join(anchors))

    def people(self, changed: str) -> Iterator[Person]:
        contacts = self._settings.contacts
        wanted = [*_OF_A_PERSON, _CHANGED, "gidNumber", *contacts.values()]
        own = self._settings.bind_dn.lower()
        for one in self._entries(f"(&{PEOPLE}{changed})", wanted):
            if str(one["dn"]).lower() != own:
                yield self._person(one["raw_attributes"])

    def groups(self, changed: str) -> Iterator[GroupPart]:
        numbers = []
        for one in self._entries(f"(&{GROUPS}{changed})", [*_OF_A_GROUP, _CHANGED], _FEW):
            raw = one["raw_attributes"]
            anchor, name = str(UUID(bytes=_packed(raw))), first(raw, "cn")
            places = [*(raw.get("member") or []), *(raw.get("uniqueMember") or [])]
            names = [_place(bytes(place).decode("utf-8", "replace")) for place in places]
            names += [_uid(bytes(uid)) for uid in raw.get("memberUid") or []]
            yield GroupPart(anchor, name, self._known.anchors(names))
            if first(raw, "gidNumber"):
                numbers.append((anchor, name, first(raw, "gidNumber")))
        for anchor, name, gid in numbers:  # a connection has one paged search at a time
            yield from self._unlisted(anchor, name, gid)

    def _unlisted(self, anchor: str, name: str, gid: str) -> Iterator[GroupPart]:
        """Those who name a group by its number."""
        condition = f"(&{PEOPLE}(gidNumber={int(gid)}))"
        for page in paged(self._connection, self._settings.base_dn, condition, ["entryUUID"]):
            if page:
                members = b"".join(_packed(one["raw_attributes"]) for one in page)
                yield GroupPart(anchor, name, members)

    def _person(self, raw: Mapping[str, Any]) -> Person:
        contacts = self._settings.contacts.items()
        gid = first(raw, "gidNumber")
        primary = self._known.anchors([_gid(gid)]) if gid else b""
        return Person(
            anchor=str(UUID(bytes=_packed(raw))),
            user_principal_name=first(raw, "mail"),
            account_name=first(raw, "uid"),
            display_name=first(raw, "displayName") or first(raw, "cn"),
            enabled=first(raw, "pwdAccountLockedTime") != ppolicy.FOR_EVER,
            attributes={name: first(raw, attribute) for name, attribute in contacts},
            primary=str(UUID(bytes=primary)) if primary else "",
        )

    def _entries(
        self, condition: str, wanted: list[str], size: int = 500
    ) -> Iterator[dict[str, Any]]:
        base = self._settings.base_dn
        for page in paged(self._connection, base, condition, wanted, size=size):
            for one in page:
                changed = ppolicy.moment(first(one["raw_attributes"], _CHANGED))
                if changed:
                    self.newest = max(self.newest, int(changed.timestamp()))
                yield one


class _Known:
    """The anchors of everything that is there, by every name a group may use for it.

    Kept in a temporary database, which SQLite spills to a nameless file: memory stays flat.
    """

    def __init__(self) -> None:
        # A reading goes on in whichever thread asks for its next page, one at a time.
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("CREATE TABLE known (name TEXT PRIMARY KEY, anchor BLOB) WITHOUT ROWID")
        self._kept.execute("BEGIN")

    def note(self, names: list[str], anchor: bytes) -> None:
        """What two share is the first one's."""
        rows = [(name, anchor) for name in names]
        self._kept.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", rows)

    def anchors(self, names: list[str]) -> bytes:
        """The anchors of those that are known, in their order."""
        select = "SELECT anchor FROM known WHERE name = ?"
        rows = (self._kept.execute(select, (name,)).fetchone() for name in names)
        return b"".join(row[0] for row in rows if row)

    def close(self) -> None:
        self._kept.close()


def _names_of(one: Mapping[str, Any]) -> list[str]:
    raw = one["raw_attributes"]
    names = [_place(str(one["dn"])), *(_uid(bytes(uid)) for uid in raw.get("uid") or [])]
    kinds = {bytes(kind).lower() for kind in raw.get("objectClass") or []}
    return [*names, _gid(first(raw, "gidNumber"))] if b"posixgroup" in kinds else names


def _place(dn: str) -> str:
    """A distinguished name as two spellings of it have in common."""
    return _AROUND.sub(r"\1", dn.lower())


def _uid(uid: bytes) -> str:
    return f"uid {uid.decode('utf-8', 'replace')}"


def _gid(gid: str) -> str:
    return f"gid {gid}"


def _written(moment: int) -> str:
    """Generalized time (RFC 4517 3.3.13), a little before the moment."""
    return (_EPOCH + timedelta(seconds=moment) - OVERLAP).strftime("%Y%m%d%H%M%SZ")


def _packed(raw: Mapping[str, Any]) -> bytes:
    return UUID(first(raw, "entryUUID")).bytes
