"""What changed in an Active Directory, by its update sequence numbers (uSNChanged).

Every domain controller counts for itself, so a mark names the controller's invocation id with its
highest number, and another one (or the same, restored from a backup) is read from the beginning.
What was deleted, or moved out of sight, is found by what is there still: a service account with
delegated rights does not see tombstones.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ldap3 import BASE, Connection
from ldap3.utils.conv import escape_filter_chars

from writeback.agent.drivers import active_directory_facts as facts
from writeback.agent.drivers import marks
from writeback.agent.drivers.base import GroupPart, Item, Mark, Person, Present
from writeback.agent.drivers.reading import entry, first, found, number, paged
from writeback.agent.settings import LdapSettings

PEOPLE = "(objectCategory=person)(objectClass=user)(!(isCriticalSystemObject=TRUE))"
_BUILT_IN = "(groupType:1.2.840.113556.1.4.803:=1)"  # local to each controller
GROUPS = f"(objectCategory=group)(!{_BUILT_IN})"
_OF_A_PERSON = (*facts.NAMES, "userAccountControl", "accountExpires", "objectSid", "primaryGroupID")
_OF_A_GROUP = ("objectGUID", "sAMAccountName", "objectSid")
_STEP = 1500  # members read at once, which is what Windows gives (MaxValRange)
_RANGE = re.compile(r"member;range=(\d+)-(\d+|\*)", re.IGNORECASE)
_EXTENDED_NAMES = ("1.2.840.113556.1.4.529", True, b"\x30\x03\x02\x01\x01")  # with their GUIDs
_GUID = re.compile(rb"<GUID=([0-9a-f-]{36})>", re.IGNORECASE)
_DISABLED = 0x2


def read(connection: Connection, settings: LdapSettings, mark: str) -> Iterator[Item]:
    """As ``Driver.changes`` says."""
    reading = _Reading(connection, settings)
    server, highest = _standing(connection)
    since = marks.place_of(mark, server, settings) if server else None
    changed = "" if since is None else f"(uSNChanged>={since + 1})"
    if since is not None:
        yield from reading.present()
    yield from reading.people(changed)
    yield from reading.groups(changed)
    yield Mark(marks.made(server, settings, highest) if server else "", whole=since is None)


class _Reading:
    def __init__(self, connection: Connection, settings: LdapSettings) -> None:
        self._connection, self._settings = connection, settings
        self._base = settings.base_dn
        self._primary: dict[str, str] = {}  # the anchors of groups by their SIDs

    def present(self) -> Iterator[Present]:
        condition = f"(|(&{PEOPLE})(&{GROUPS}))"
        for page in paged(self._connection, self._base, condition, ["objectGUID"]):
            yield Present(b"".join(_packed(one["raw_attributes"]) for one in page))

    def people(self, changed: str) -> Iterator[Person]:
        wanted = [*_OF_A_PERSON, *self._settings.contacts.values()]
        own = self._settings.bind_dn.lower()
        for page in paged(self._connection, self._base, f"(&{PEOPLE}{changed})", wanted):
            for one in page:
                raw = one["raw_attributes"]
                if own not in {one["dn"].lower(), first(raw, "userPrincipalName").lower()}:
                    yield self._person(raw)

    def groups(self, changed: str) -> Iterator[GroupPart]:
        wanted = [*_OF_A_GROUP, f"member;range=0-{_STEP - 1}"]
        condition = f"(&{GROUPS}{changed})"
        numbers = []
        for page in paged(
            self._connection, self._base, condition, wanted, controls=[_EXTENDED_NAMES]
        ):
            for one in page:
                raw = one["raw_attributes"]
                numbers.append((_anchor(raw), first(raw, "sAMAccountName"), _sid(raw)))
                yield from self._listed(raw)
        for anchor, name, sid in numbers:
            if changed or self._primary.get(sid):  # of everybody's primary groups when all is read
                yield from self._unlisted(anchor, name, sid.rpartition("-")[2])

    def _person(self, raw: Mapping[str, Any]) -> Person:
        expires = facts.moment(number(raw, "accountExpires"))
        is_over = expires is not None and expires <= datetime.now(UTC)
        contacts = self._settings.contacts.items()
        return Person(
            anchor=_anchor(raw),
            user_principal_name=first(raw, "userPrincipalName"),
            account_name=first(raw, "sAMAccountName"),
            display_name=first(raw, "displayName") or first(raw, "sAMAccountName"),
            enabled=not number(raw, "userAccountControl") & _DISABLED and not is_over,
            attributes={name: first(raw, attribute) for name, attribute in contacts},
            primary=self._primary_of(raw),
        )

    def _primary_of(self, raw: Mapping[str, Any]) -> str:
        """The anchor of the group a person names by a number: no group lists its members so."""
        group = f"{_sid(raw).rpartition('-')[0]}-{number(raw, 'primaryGroupID')}"
        if group not in self._primary:
            condition = f"(&{GROUPS}(objectSid={escape_filter_chars(group)}))"
            entries = found(self._connection, self._base, condition, ["objectGUID"])
            self._primary[group] = _anchor(entries[0]["raw_attributes"]) if entries else ""
        return self._primary[group]

    def _listed(self, raw: Mapping[str, Any]) -> Iterator[GroupPart]:
        """A group with the members it lists, step by step."""
        anchor, name = _anchor(raw), first(raw, "sAMAccountName")
        start: int | None = 0
        while start is not None:
            members, start = _step(raw)
            yield GroupPart(anchor, name, members)
            if start is not None:
                raw = self._entry(anchor, f"member;range={start}-{start + _STEP - 1}")

    def _unlisted(self, anchor: str, name: str, rid: str) -> Iterator[GroupPart]:
        """A group with those who name it as their primary one."""
        condition = f"(&{PEOPLE}(primaryGroupID={rid}))"
        for page in paged(self._connection, self._base, condition, ["objectGUID"]):
            if page:
                members = b"".join(_packed(one["raw_attributes"]) for one in page)
                yield GroupPart(anchor, name, members)

    def _entry(self, anchor: str, attribute: str) -> Mapping[str, Any]:
        """The next members of a group; none where it is gone meanwhile."""
        entries = found(
            self._connection,
            f"<GUID={anchor}>",
            "(objectClass=*)",
            [attribute],
            BASE,
            controls=[_EXTENDED_NAMES],
        )
        return entries[0]["raw_attributes"] if entries else {}


def _standing(connection: Connection) -> tuple[str, int]:
    """The server's invocation id, and its highest number before anything is read; an empty id
    where it does not say, so that everything is read each time."""
    root = entry(connection, "", ["highestCommittedUSN", "dsServiceName"])
    service = first(root, "dsServiceName")
    own = entry(connection, service, ["invocationId"]) if service else {}
    ids = own.get("invocationId") or []
    return (bytes(ids[0]).hex() if ids else "", number(root, "highestCommittedUSN"))


def _step(raw: Mapping[str, Any]) -> tuple[bytes, int | None]:
    """Members of one step, and where the next begins; None after the last (MS-ADTS 3.1.1.3.1.3.3).

    A server may give them all without a range.
    """
    for name, values in raw.items():
        told = _RANGE.fullmatch(name)
        if told:
            return _members(values), None if told[2] == "*" else int(told[2]) + 1
    return _members(raw.get("member") or []), None


def _members(names: list[bytes]) -> bytes:
    ids = (_GUID.match(bytes(name)) for name in names)
    return b"".join(UUID(one[1].decode()).bytes for one in ids if one)


def _sid(raw: Mapping[str, Any]) -> str:
    return facts.sid(bytes(raw["objectSid"][0]))


def _packed(raw: Mapping[str, Any]) -> bytes:
    return UUID(bytes_le=bytes(raw["objectGUID"][0])).bytes


def _anchor(raw: Mapping[str, Any]) -> str:
    return str(UUID(bytes=_packed(raw)))
