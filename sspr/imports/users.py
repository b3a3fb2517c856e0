"""People from a CSV file: what a row says. ``sspr.imports.people`` writes it down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError

from accounts.hashing import MAX_LENGTH
from accounts.people import names
from accounts.people.models import Directory, Role, Source, User
from sspr.imports import people
from sspr.imports.cells import choice, flag, listed
from sspr.imports.homes import Homes
from sspr.imports.rows import KEY, Row
from sspr.imports.seen import Seen

_TEXTS = (
    "display_name",
    "mail",
    "mobile",
    "office_phone",
    "alternate_email",
    "account_name",
    "language",
)
_FLAGS = ("enabled", "must_change_password", "password_never_expires")
_LONGEST_GROUP = 120
_CHECKS = {field.name: field for field in User._meta.fields}


@dataclass(slots=True)
class Person:
    """A row that was understood. None where the file has no such column."""

    row: Row
    directory: Directory
    key: str
    fields: dict[str, Any]
    roles: frozenset[str] | None
    groups: frozenset[str] | None
    password: str
    encoded: str = ""


class Users:
    """The loader of ``import users``."""

    columns: Sequence[str] = (
        KEY,
        "display_name",
        "password",
        "roles",
        "groups",
        *_TEXTS[1:5],
        "enabled",
        "source",
        *_TEXTS[5:],
        *_FLAGS[1:],
    )
    required: Sequence[str] = (KEY,)

    def __init__(self, homes: Homes, seen: Seen, *, dry_run: bool) -> None:
        self._homes, self._seen, self._dry_run = homes, seen, dry_run

    def at_once(self, header: Sequence[str]) -> int:
        """Fewer where each row costs a slow hash, so that an interrupted run loses little."""
        return 50 if "password" in header else 1000

    def prepare(self, rows: list[Row]) -> list[Person]:
        """Understand the rows; hash the passwords that are new, which is slow."""
        understood = [person for row in rows if (person := self._understood(row))]
        if not self._dry_run:
            _hash([person for person in understood if person.password])
        return understood

    def write(self, plans: list[Person]) -> None:
        """Do what the rows say, a directory at a time."""
        by_directory = defaultdict[Directory, list[Person]](list)
        for plan in plans:
            by_directory[plan.directory].append(plan)
        for directory, mine in by_directory.items():
            people.write(directory, mine)

    def _understood(self, row: Row) -> Person | None:
        try:
            directory = self._homes.of(row.name)
        except ValidationError as refusal:
            row.refuse_for(refusal, KEY)
            return None
        key = names.key(row.name)
        person = Person(
            row, directory, key, _fields(row), _roles(row), _groups(row), _password(row)
        )
        before = None if row.faults else self._seen.before(row.number, key)
        if before:
            row.refuse(KEY, f"is in row {before} already")
        return None if row.faults else person


def _fields(row: Row) -> dict[str, Any]:
    """What the file says about the columns of a person, checked as those are anywhere."""
    found: dict[str, Any] = {name: row.cells[name] for name in _TEXTS if name in row.cells}
    if not found.get("display_name", "x"):
        del found["display_name"]  # everybody has one
    for name in _FLAGS:
        if row.cells.get(name):
            found[name] = flag(row, name)
    if row.cells.get("source"):
        found["source"] = choice(row, "source", row.cells["source"], Source.values)
    for name, value in found.items():
        if value != "":
            _check(row, name, value)
    if "account_name" in found:
        found["account_name"] = names.key(found["account_name"])
    return found


def _check(row: Row, name: str, value: Any) -> None:
    try:
        _CHECKS[name].clean(value, None)
    except ValidationError as refusal:
        row.refuse_for(refusal, name)


def _roles(row: Row) -> frozenset[str] | None:
    roles = listed(row, "roles")
    if roles is None:
        return None
    return frozenset(choice(row, "roles", role, Role.values) for role in sorted(roles))


def _groups(row: Row) -> frozenset[str] | None:
    groups = listed(row, "groups")
    if any(len(name) > _LONGEST_GROUP for name in groups or ()):
        row.refuse("groups", f"a name has at most {_LONGEST_GROUP} characters")
    return groups


def _password(row: Row) -> str:
    password = row.cells.get("password", "")
    if len(password) > MAX_LENGTH:
        row.refuse("password", f"longer than {MAX_LENGTH} characters")
    return password


def _hash(plans: Iterable[Person]) -> None:
    """Hash what is not the person's password already."""
    by_directory = defaultdict[int, list[Person]](list)
    for plan in plans:
        by_directory[plan.directory.pk].append(plan)
    for directory, mine in by_directory.items():
        known = User.objects.in_directory(directory).filter(upn_key__in=[p.key for p in mine])
        hashes = dict(known.values_list("upn_key", "password"))
        for plan in mine:
            if not check_password(plan.password, hashes.get(plan.key, "")):
                plan.encoded = make_password(plan.password)
