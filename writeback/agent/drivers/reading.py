"""Reading from a directory server: what a search found, and an outage told from an empty answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ldap3 import BASE, SUBTREE, Connection

from writeback.agent.answers import Away, Refused

PAGE = 500
_ANSWERED = {0, 4, 32}  # success, size limit exceeded, no such object (RFC 4511 A.1)
_LIMITED = {3, 4, 11, 12}  # limits of time, size and administration; no paging
_NO_SUCH_OBJECT = 32
_PAGES = "1.2.840.113556.1.4.319"


def found(
    connection: Connection,
    base: str,
    condition: str,
    attributes: Sequence[str],
    scope: Any = SUBTREE,
    controls: Sequence[Any] = (),
) -> list[dict[str, Any]]:
    """What fits, at most two entries: one is enough, and two are too many.

    Raises Away when the server could not say: an outage is not nobody.
    """
    connection.search(
        base,
        condition,
        scope,
        attributes=list(attributes),
        size_limit=2,
        controls=list(controls) or None,
    )
    if connection.result["result"] not in _ANSWERED:
        raise Away
    entries = connection.response or []
    return [one for one in entries if one["type"] == "searchResEntry"]


def entry(connection: Connection, dn: str, attributes: Sequence[str]) -> Mapping[str, Any]:
    """The raw attributes of one entry by its name; none when it is not there, or not shown."""
    entries = found(connection, dn, "(objectClass=*)", attributes, BASE)
    return entries[0]["raw_attributes"] if entries else {}


def paged(
    connection: Connection,
    base: str,
    condition: str,
    attributes: Sequence[str],
    *,
    size: int = PAGE,
    controls: Sequence[Any] = (),
) -> Iterator[list[dict[str, Any]]]:
    """All that fits, a page of entries at a time (RFC 2696): flat in memory.

    Anything but a whole answer is an error, so that nobody is taken for gone who was not shown:
    ``Refused("limited")`` where the server shows no more, ``Refused("no_base")`` where there is
    nothing under that name, Away for all else.
    """
    cookie = None
    while True:
        connection.search(
            base,
            condition,
            SUBTREE,
            attributes=list(attributes),
            paged_size=size,
            paged_criticality=True,
            paged_cookie=cookie,
            controls=list(controls) or None,
        )
        result = connection.result
        if result["result"] in _LIMITED:
            raise Refused("limited")
        if result["result"] == _NO_SUCH_OBJECT:
            raise Refused("no_base")
        if result["result"]:
            raise Away
        yield [one for one in connection.response or [] if one["type"] == "searchResEntry"]
        cookie = result["controls"][_PAGES]["value"]["cookie"]
        if not cookie:
            return


def first(raw: Mapping[str, Any], name: str) -> str:
    """The first value of an attribute as text; empty for none."""
    values = raw.get(name) or []
    return bytes(values[0]).decode("utf-8", "replace") if values else ""


def number(raw: Mapping[str, Any], name: str) -> int:
    """The first value of an attribute as a number; 0 for none."""
    text = first(raw, name)
    return int(text) if text.lstrip("-").isdigit() else 0
