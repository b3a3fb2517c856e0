"""What portal and agent say to each other: a request about one account, and its result.

Written as JSON with sorted keys. A reader takes exactly the version and the fields it knows; all
else is ``Malformed``, so that nothing half understood is ever acted on. A message says which way
it goes, so that none can be sent back to where it came from.
"""

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

VERSION = 1
LONGEST = 64 * 1024  # bytes of one message


class Malformed(Exception):
    """This is no message of ours, or of a version we do not know."""


class Operation(StrEnum):
    """What an agent can be asked. Only the first three change anything."""

    RESET = "reset"
    CHANGE = "change"
    UNLOCK = "unlock"
    FIND = "find"
    VERIFY = "verify"
    DESCRIBE = "describe"
    OUTCOME = "outcome"
    PEOPLE = "people"
    DIAGNOSE = "diagnose"
    GIVE_UP = "give_up"


WRITES = frozenset({Operation.RESET, Operation.CHANGE, Operation.UNLOCK})


class State(StrEnum):
    """How a request ended. LOST: sent to the server, and no answer came."""

    DONE = "done"
    REFUSED = "refused"
    AWAY = "away"
    LOST = "lost"


class Message:
    """What is sent one way, its ``direction``; every kind is a dataclass."""

    __slots__ = ()
    direction: ClassVar[str]

    def encoded(self) -> bytes:
        return _written(self)

    @classmethod
    def decoded(cls, raw: bytes) -> Self:
        """Raises Malformed."""
        return cls(**_read(raw, cls))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """One thing to do or to look up, by one agent, before ``expires_at``.

    ``target`` is an account's anchor; for FIND a sign-in name, for PEOPLE where to go on reading,
    for DIAGNOSE nothing, a name, an anchor, or the DN of a unit. ``about`` is the job that OUTCOME
    and GIVE_UP ask after; one that never came before GIVE_UP is not done any more.
    """

    direction = "to agent"

    id: UUID
    agent: str
    directory: str
    operation: Operation
    target: str
    policy: str
    issued_at: datetime
    expires_at: datetime
    password: str = field(default="", repr=False)
    current: str = field(default="", repr=False)
    must_change: bool = False
    about: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Message):
    """The answer to one request. ``facts`` holds what was looked up, as plain JSON."""

    direction = "to portal"

    id: UUID
    agent: str
    directory: str
    operation: Operation
    target: str
    state: State
    answered_at: datetime
    reason: str = ""
    until: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def answers(self, request: Request) -> bool:
        """Is this the answer to that very request?"""
        mine = (self.id, self.agent, self.directory, self.operation, self.target)
        theirs = (request.id, request.agent, request.directory, request.operation, request.target)
        return mine == theirs


def is_anchor(target: str) -> bool:
    """Is this written as an anchor is?"""
    try:
        return bool(UUID(target))
    except ValueError:
        return False


def _written(message: Any) -> bytes:
    content = {one.name: _plain(getattr(message, one.name)) for one in fields(message)}
    whole = {"version": VERSION, "direction": message.direction, **content}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID | StrEnum) else value


def _read(raw: bytes, kind: type[Any]) -> dict[str, Any]:
    """The fields of a message of a kind; raises Malformed."""
    try:
        whole = json.loads(raw) if len(raw) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    known = {one.name: one.type for one in fields(kind)}
    if not isinstance(whole, dict) or set(whole) != {"version", "direction", *known}:
        raise Malformed("other fields")
    if whole.pop("version") != VERSION or whole.pop("direction") != kind.direction:
        raise Malformed("another version or direction")
    try:
        return {name: _READ[known[name]](value) for name, value in whole.items()}
    except (ValueError, TypeError) as error:
        raise Malformed("a field cannot be read") from error


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a moment without a zone")
    return found


def _exactly(kind: type[Any]) -> Any:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return read


def _texts(value: Any) -> list[str]:
    return [_exactly(str)(one) for one in _exactly(list)(value)]


_READ: dict[Any, Any] = {
    UUID: UUID,
    Operation: Operation,
    State: State,
    datetime: _moment,
    datetime | None: lambda value: None if value is None else _moment(value),
    UUID | None: lambda value: None if value is None else UUID(value),
    str: _exactly(str),
    bool: _exactly(bool),
    int: _exactly(int),
    list[str]: _texts,
    dict[str, Any]: _exactly(dict),
}
