"""Reading a configuration file. Whatever is not understood is an error that says where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sspr.configuration import fields

_WORDS = {bool: "true or false", int: "a whole number", str: "a text", list: "a list of texts"}


class Wrong(Exception):
    """The configuration cannot be used; ``faults`` says every reason and its place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(slots=True)
class GroupedEntry:
    """A policy, or a link on the start page: settings, and the groups they are for."""

    place: str
    name: str
    settings: dict[str, Any]
    groups: list[str] | None


@dataclass(slots=True)
class GroupEntry:
    place: str
    name: str
    contains: list[str] | None


@dataclass(slots=True)
class TextEntry:
    """What a message says in an organisation's own words."""

    place: str
    message: str
    language: str
    subject: str
    body: str


@dataclass(slots=True)
class DirectoryEntry:
    """What the file says about a directory; None where it says nothing."""

    place: str
    name: str
    domains: list[str]
    settings: dict[str, Any]
    groups: list[GroupEntry] = field(default_factory=list)
    banned_words: list[str] | None = None
    policies: list[GroupedEntry] | None = None
    applications: list[GroupedEntry] | None = None
    texts: list[TextEntry] | None = None


def read(path: Path) -> list[DirectoryEntry]:
    """The directories of a YAML file; raises Wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong([f"{path} cannot be read: {error}"]) from error
    except yaml.YAMLError as error:
        raise Wrong([f"{path} is not YAML: {error}"]) from error
    return Reader().document(content)


class Reader:
    """Walks a document and collects every fault before it gives up."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def document(self, content: Any) -> list[DirectoryEntry]:
        top = self._mapping(content, "the file", {"directories"})
        entries = self._entries(top.get("directories"), "directories")
        found = [self._directory(entry, place) for place, entry in entries]
        if not found and not self.faults:
            self._fault("directories", "name at least one directory")
        self._unique([entry.name for entry in found], "directories")
        self._unique([name for entry in found for name in entry.domains], "domains")
        if self.faults:
            raise Wrong(self.faults)
        return found

    def _directory(self, entry: Any, place: str) -> DirectoryEntry:
        known = {"name", *fields.DIRECTORY_LISTS}
        flat = self._flat(entry, place, known, fields.KINDS)
        policies = self._grouped(flat, place, "policies", fields.POLICY_KINDS)
        applications = self._grouped(flat, place, "applications", fields.APPLICATION_KINDS)
        groups = self._entries(flat.pop("groups", []), f"{place}.groups")
        texts = self._messages(flat, place)
        words = flat.pop("banned_words", None)
        if words is not None:
            words = self._texts(words, f"{place}.banned_words")
        return DirectoryEntry(
            place=place,
            name=self._name(flat, place),
            domains=self._domains(flat, place),
            groups=[self._group(group, where) for where, group in groups],
            banned_words=words,
            policies=policies,
            applications=applications,
            texts=texts,
            settings=flat,
        )

    def _messages(self, flat: dict[str, Any], place: str) -> list[TextEntry] | None:
        if "texts" not in flat:
            return None
        listed = self._entries(flat.pop("texts"), f"{place}.texts")
        found = [self._message(entry, where) for where, entry in listed]
        self._unique([f"{text.message} ({text.language})" for text in found], f"{place}.texts")
        return found

    def _message(self, entry: Any, place: str) -> TextEntry:
        given = self._mapping(entry, place, {"message", "language", "subject", "body"})
        for key, value in given.items():
            if not isinstance(value, str):
                self._fault(f"{place}.{key}", f"must be a text, not {value!r}")
        words = {key: str(given.get(key, "")) for key in ("message", "language", "subject", "body")}
        return TextEntry(place, **words)

    def _grouped(
        self, flat: dict[str, Any], place: str, key: str, kinds: fields.Kinds
    ) -> list[GroupedEntry] | None:
        """The entries of such a list; None where the file does not speak of it."""
        if key not in flat:
            return None
        listed = self._entries(flat.pop(key), f"{place}.{key}")
        found = [self._grouped_entry(entry, where, kinds) for where, entry in listed]
        self._unique([entry.name for entry in found], f"{place}.{key}")
        return found

    def _grouped_entry(self, entry: Any, place: str, kinds: fields.Kinds) -> GroupedEntry:
        flat = self._flat(entry, place, {"name", "groups"}, kinds)
        groups = flat.pop("groups", None)
        if groups is not None:
            groups = self._texts(groups, f"{place}.groups")
        return GroupedEntry(place, self._name(flat, place), settings=flat, groups=groups)

    def _group(self, entry: Any, place: str) -> GroupEntry:
        if isinstance(entry, str):
            return GroupEntry(place, entry, contains=None)
        given = self._mapping(entry, place, {"name", "contains"})
        contains = given.get("contains")
        if contains is not None:
            contains = self._texts(contains, f"{place}.contains")
        return GroupEntry(place, self._name(dict(given), place), contains=contains)

    def _domains(self, flat: dict[str, Any], place: str) -> list[str]:
        names = self._texts(flat.pop("domains", None), f"{place}.domains")
        if not names:
            self._fault(f"{place}.domains", "name at least one domain")
        return [name.strip().lower() for name in names]

    def _name(self, flat: dict[str, Any], place: str) -> str:
        name = flat.pop("name", None)
        if isinstance(name, str) and name.strip():
            return name.strip()
        self._fault(f"{place}.name", "give it a name")
        return ""

    def _flat(self, entry: Any, place: str, lists: set[str], kinds: fields.Kinds) -> dict[str, Any]:
        """The settings under dotted keys, each of its kind; and the lists as they are."""
        found: dict[str, Any] = {}
        sections = {key.partition(".")[0] for key in kinds}
        for key, value in self._mapping(entry, place, lists | sections).items():
            if key in lists:
                found[key] = value
            elif key in kinds:
                self._setting(found, key, value, f"{place}.{key}", kinds)
            else:
                inside = {name.partition(".")[2] for name in kinds if name.startswith(f"{key}.")}
                for name, inner in self._mapping(value, f"{place}.{key}", inside).items():
                    dotted = f"{key}.{name}"
                    self._setting(found, dotted, inner, f"{place}.{dotted}", kinds)
        return found

    def _setting(
        self,
        found: dict[str, Any],
        key: str,
        value: Any,
        place: str,
        kinds: fields.Kinds,
    ) -> None:
        wanted, may_be_empty = kinds[key]
        if value is None and may_be_empty:
            found[key] = None
        elif wanted is list:
            found[key] = self._texts(value, place)
        elif type(value) is wanted:
            found[key] = value
        else:
            self._fault(place, f"must be {_WORDS[wanted]}, not {value!r}")

    def _mapping(self, value: Any, place: str, known: set[str]) -> dict[str, Any]:
        """The keys and values of a section, without those that are not understood."""
        if not isinstance(value, dict):
            self._fault(place, f"must hold some of: {', '.join(sorted(known))}")
            return {}
        for key in value:
            if key not in known:
                self._fault(f"{place}.{key}", f"unknown key; known: {', '.join(sorted(known))}")
        return {key: inner for key, inner in value.items() if key in known}

    def _entries(self, value: Any, place: str) -> Iterator[tuple[str, Any]]:
        if value is not None and not isinstance(value, list):
            self._fault(place, "must be a list")
            value = []
        yield from ((f"{place}[{number}]", entry) for number, entry in enumerate(value or []))

    def _texts(self, value: Any, place: str) -> list[str]:
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return value
        self._fault(place, "must be a list of texts")
        return []

    def _unique(self, names: list[str], place: str) -> None:
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            self._fault(place, f"{name} is there twice")

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(f"{place}: {message}")
