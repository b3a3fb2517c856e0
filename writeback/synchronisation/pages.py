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
LONGEST_MARK = 80
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
    """Every page since a mark, all from one agent, which alone knows how far we are.

    Raises Away, and Refused; ``start_over`` where that agent has forgotten it, or is gone.
    """
    target = f"since:{mark}" if mark else ""
    agent = ""
    for _number in range(MOST):
        facts, agent = _asked(directory, target, agent)
        page = _understood(facts)
        yield page
        target = page.following
        if not target:
            return
    raise Refused("malformed")


def _asked(directory: int, target: str, agent: str) -> tuple[Mapping[str, Any], str]:
    """A page, and who told it. An agent tells its last page again, so a lost answer loses
    nothing."""
    names = [agent]
    for _try in range(_TRIES):
        order = Order(
            operation=Operation.PEOPLE, target=target, agent=names[-1], noted=names.append
        )
        try:
            return channel.ask(directory, order).facts, names[-1]
        except AnswerLost:
            continue
        except Away:
            if agent:  # another may be there, to begin with
                raise Refused("start_over") from None
            raise
    raise Away


def _understood(facts: Mapping[str, Any]) -> Page:
    """Raises Refused("malformed"): nothing half understood is ever acted on."""
    try:
        if len(facts["mark"]) > LONGEST_MARK:
            raise ValueError("a mark that is too long")
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
