"""What an event is. Each app declares its own, beside the code that records them.

    @dataclass(frozen=True, kw_only=True)
    class GateFailed(Event, kind="reset.gate_failed", outcome=Outcome.FAILED,
                     sentence=_("Failed a check (%(method)s)")):
        method: str

The fields are all an event can ever say, so a code or a password cannot slip in. Kinds are never
renamed once shipped: they are what rules in a SIEM match on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from accounts.audit.models import Outcome

_kinds: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: ClassVar[str]
    outcome: ClassVar[Outcome]
    sentence: ClassVar[Any]  # a lazy translation

    def __init_subclass__(cls, *, kind: str, outcome: Outcome, sentence: Any) -> None:
        super().__init_subclass__()
        if kind in _kinds:
            raise TypeError(f"The kind {kind} is taken by {_kinds[kind].__name__}.")
        cls.kind, cls.outcome, cls.sentence = kind, outcome, sentence
        _kinds[kind] = cls

    def facts(self) -> dict[str, Any]:
        """The event's fields, as they are stored: plain values, or lists of words."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in found.items():
            if not _is_plain(value):
                raise TypeError(f"{self.kind}: {name} is neither a plain value nor words.")
        return found


def kinds() -> dict[str, type[Event]]:
    """Every kind of event there is, in order of declaration."""
    return dict(_kinds)


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """What happened, in the reader's language; the bare kind for one this version has not, or
    had with other facts."""
    event = _kinds.get(kind)
    if event is None:
        return kind
    try:
        return str(str(event.sentence) % facts)
    except (KeyError, TypeError, ValueError):
        return kind


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str | int | float | bool)
