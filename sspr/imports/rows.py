"""Reading the rows of an import. Whatever is not understood is an error that names it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from accounts.people.models import User

COLUMNS = (
    "user_principal_name",
    "display_name",
    "password",
    "roles",
    "groups",
    "mail",
    "mobile",
    "office_phone",
    "alternate_email",
    "enabled",
    "source",
    "account_name",
    "language",
    "must_change_password",
    "password_never_expires",
)
REQUIRED = ("user_principal_name",)


class Wrong(Exception):
    """The file cannot be used; ``faults`` says why, row by row."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(slots=True)
class Row:
    """A line of the file, and what became of it."""

    number: int
    given: dict[str, str]
    user: User | None = None
    changed: list[str] = field(default_factory=list)
    roles: frozenset[str] | None = None
    groups: list[str] | None = None
    encoded: str = ""
    result: str = ""

    @property
    def name(self) -> str:
        return self.given["user_principal_name"]


def read(path: Path) -> list[Row]:
    """The rows of the file. Unknown columns are refused by name; raises Wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(header)
            return list(_rows(header, reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Wrong([f"{path} cannot be read as CSV in UTF-8: {error}"]) from error


def _rows(header: list[str], reader: Iterator[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise Wrong([f"row {number}: {len(cells)} cells under {len(header)} columns"])
        pairs = zip(header, cells, strict=True)
        yield Row(
            number, {name: cell if name == "password" else cell.strip() for name, cell in pairs}
        )


def _check_header(header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise Wrong([f"unknown column: {name}; known: {', '.join(COLUMNS)}" for name in unknown])
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise Wrong([f"missing column: {name}" for name in missing])
    if len(set(header)) != len(header):
        raise Wrong(["a column is there twice"])
