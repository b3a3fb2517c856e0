"""Importing a file, and reading what became of each row."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.support import tenancy

FACTORS = "user_principal_name,method,value"


@dataclass(frozen=True)
class Line:
    """A line of the file of results."""

    key: str
    result: str
    column: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What an import said: on the screen, as its error, and row by row."""

    out: str
    error: str = ""
    status: int = 0
    rows: dict[int, Line] = field(default_factory=dict)

    @property
    def refused(self) -> dict[int, Line]:
        return {number: line for number, line in self.rows.items() if line.result == "refused"}


Import = Callable[..., Outcome]


def results_of(path: Path) -> dict[int, Line]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        return {int(line.pop("row")): Line(**line) for line in lines}


@pytest.fixture
def import_file(tmp_path: Path) -> Import:
    """Imports a file that is there already."""

    def import_file(kind: str, path: Path, *options: str) -> Outcome:
        out, error, status = StringIO(), "", 0
        try:
            call_command("import", kind, str(path), *options, stdout=out, stderr=out)
        except CommandError as refusal:
            error, status = str(refusal), refusal.returncode
        where = path.with_name(f"{path.stem}.results.csv")
        return Outcome(out.getvalue(), error, status, results_of(where))

    return import_file


@pytest.fixture
def import_lines(tmp_path: Path, import_file: Import) -> Import:
    """Imports some lines under a header."""

    def import_lines(kind: str, header: str, *lines: str, options: tuple[str, ...] = ()) -> Outcome:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return import_file(kind, path, *options)

    return import_lines


@pytest.fixture
def load_factors(import_lines: Import):
    def load(*lines: str, header: str = FACTORS, options: tuple[str, ...] = ()) -> Outcome:
        with tenancy.guarded():
            return import_lines("factors", header, *lines, options=options)

    return load
