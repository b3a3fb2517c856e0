"""Reading from a directory server: what a search found, and an outage told from an empty answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ldap3 import BASE, SUBTREE, Connection

from writeback.agent.answers import Away

PAGE = 500
_ANSWERED = {0, 4, 32}  # success, size limit exceeded, no such object (RFC 4511 A.1)


def found(
    connection: Connection,
    base: str,
    condition: str,
    attributes: Sequence[str],
    scope: Any = SUBTREE,
) -> list[dict[str, Any]]:
    """What fits, at most two entries: one is enough, and two are too many.

    Raises Away when the server could not say: an outage is not nobody.
    """
    connection.search(base, condition, scope, attributes=list(attributes), size_limit=2)
    if connection.result["result"] not in _ANSWERED:
        raise Away
    entries = connection.response or []
    return [one for one in entries if one["type"] == "searchResEntry"]


def entry(connection: Connection, dn: str, attributes: Sequence[str]) -> Mapping[str, Any]:
    """The raw attributes of one entry by its name; none when it is not there, or not shown."""
    entries = found(connection, dn, "(objectClass=*)", attributes, BASE)
    return entries[0]["raw_attributes"] if entries else {}


def everybody(
    connection: Connection, base: str, condition: str, attributes: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """The raw attributes of all that fits, page by page: flat in memory."""
    pages = connection.extend.standard.paged_search(
        base, condition, SUBTREE, attributes=list(attributes), paged_size=PAGE, generator=True
    )
    for one in pages:
        if one.get("type") == "searchResEntry":
            yield one["raw_attributes"]


def first(raw: Mapping[str, Any], name: str) -> str:
    """The first value of an attribute as text; empty for none."""
    values = raw.get(name) or []
    return bytes(values[0]).decode("utf-8", "replace") if values else ""


def number(raw: Mapping[str, Any], name: str) -> int:
    """The first value of an attribute as a number; 0 for none."""
    text = first(raw, name)
    return int(text) if text.lstrip("-").isdigit() else 0
