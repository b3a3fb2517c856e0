"""The pages an agent tells, one after the other."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from writeback import channel
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.messages import Operation
from writeback.channel import Order

MOST = 100_000  # pages of one reading: an agent that tells more tells nonsense
_TRIES = 3
_CONTACTS = frozenset({"mail", "mobile", "office_phone", "alternate_email"})
_ANCHOR = 16  # bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One person as the directory server has them. ``contacts``: attributes of ``User`` by name,
    those that the agent was told to read; ``primary``: the anchor of a group, or empty."""

    anchor: str
    name: str
    account: str
    display: str
    enabled: bool
    primary: str
    contacts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group, and the anchors of some of its members."""

    anchor: str
    name: str
    members: list[bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """``mark`` and ``whole`` are told by the last one."""

    people: list[Record]
    groups: list[GroupPart]
    present: list[bytes]
    following: str
    mark: str
    whole: bool


def read(directory: int, mark: str) -> Iterator[Page]:
    """Every page since a mark. Raises Away, and Refused; ``start_over`` where the agent has
    forgotten how far we were."""
    target = f"since:{mark}" if mark else ""
    for _number in range(MOST):
        page = _understood(_asked(directory, target))
        yield page
        target = page.following
        if not target:
            return
    raise Refused("malformed")


def _asked(directory: int, target: str) -> Mapping[str, Any]:
    """An agent tells its last page again, so that a lost answer loses nothing."""
    for _try in range(_TRIES):
        try:
            return channel.ask(directory, Order(operation=Operation.PEOPLE, target=target)).facts
        except AnswerLost:
            continue
    raise Away


def _understood(facts: Mapping[str, Any]) -> Page:
    """Raises Refused("malformed"): nothing half understood is ever acted on."""
    try:
        return Page(
            people=[_person(one) for one in facts["people"]],
            groups=[_group(one) for one in facts["groups"]],
            present=_anchors(facts["present"]),
            following=str(facts["next"]),
            mark=str(facts["mark"]),
            whole=bool(facts["whole"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("malformed") from error


def _person(told: Mapping[str, Any]) -> Record:
    contacts = {name: _text(value) for name, value in told["contacts"].items()}
    if not contacts.keys() <= _CONTACTS:
        raise ValueError("contact data we do not know")
    return Record(
        anchor=str(UUID(told["anchor"])),
        name=_text(told["name"]).strip(),
        account=_text(told["account"]),
        display=_text(told["display"]).strip(),
        enabled=bool(told["enabled"]),
        primary=str(UUID(told["primary"])) if told["primary"] else "",
        contacts=contacts,
    )


def _group(told: Mapping[str, Any]) -> GroupPart:
    return GroupPart(str(UUID(told["anchor"])), _text(told["name"]), _anchors(told["members"]))


def _anchors(text: str) -> list[bytes]:
    packed = b64decode(text, validate=True)
    if len(packed) % _ANCHOR:
        raise ValueError("half an anchor")
    return [packed[at : at + _ANCHOR] for at in range(0, len(packed), _ANCHOR)]


def _text(value: Any) -> str:
    """A text that a database takes."""
    return str(value).replace("\0", "")
