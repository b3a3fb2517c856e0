"""What a run over a configuration file carries along: what it found, and how it says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.people import events, groups
from accounts.people.models import Directory, Group
from accounts.people.registry import Act, Difference, said
from sspr.configuration import fields, weakening


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan."""

    place: str
    old: str
    new: str
    weaker: bool = False


@dataclass(slots=True)
class Work:
    """What a run has found so far, and what it needs to go on."""

    act: Act
    folder: Path
    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    directories: list[Directory] = field(default_factory=list)

    def note(self, place: str, old: Any, new: Any, *, weaker: bool = False) -> None:
        self.changes.append(Change(place, said(old), said(new), weaker))

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Collect what is refused here, with its place, and go on elsewhere."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as refusal:
            self.faults.extend(f"{place}: {message}" for message in _messages(refusal))


def ensure_group(name: str, directory: Directory, work: Work) -> Group:
    """The group of this name, made if there is none."""
    found = Group.objects.in_directory(directory).filter(name=name).first()
    if found:
        return found
    group = groups.create(directory, name)
    work.note(f"{directory.name} / group {name}", "", "new group")
    work.act.note_for(events.GroupCreated(group=name), directory)
    return group


def note_settings(
    place: str,
    changes: list[Difference],
    work: Work,
    rules: dict[str, weakening.Weaker],
    table: dict[str, str],
) -> None:
    keys = {name: key for key, name in (table | fields.LOGOS).items()}
    for change in changes:
        weaker = weakening.weakens(rules, change.field, change.old, change.new)
        work.note(f"{place} / {keys[change.field]}", change.old, change.new, weaker=weaker)


def _messages(refusal: ValidationError) -> list[str]:
    if not hasattr(refusal, "error_dict"):
        return refusal.messages
    told = refusal.message_dict.items()
    return [f"{name}: {text}" for name, texts in told for text in texts]
