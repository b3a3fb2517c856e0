"""A row of an import: what it said, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

REFUSED, CREATED, UPDATED, UNCHANGED = "refused", "created", "updated", "unchanged"
RESULTS = (CREATED, UPDATED, UNCHANGED, REFUSED)
KEY = "user_principal_name"


class Wrong(Exception):
    """The file cannot be used at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which column; no column where it is about the whole row."""

    column: str
    message: str


@dataclass(slots=True)
class Row:
    """A line of the file, counted as a spreadsheet does: the header is row 1."""

    number: int
    cells: dict[str, str]
    result: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Whom it is about, as written."""
        return self.cells.get(KEY, "")

    def refuse(self, column: str, message: str) -> None:
        """Keep this row out, for this reason."""
        self.faults.append(Fault(column, message))
        self.result = REFUSED

    def refuse_for(self, refusal: ValidationError, column: str) -> None:
        """Keep this row out for the reasons of a check, which may name the columns itself."""
        if not hasattr(refusal, "error_dict"):
            for text in refusal.messages:
                self.refuse(column, text)
            return
        for name, texts in refusal.message_dict.items():
            for text in texts:
                self.refuse(column if name == NON_FIELD_ERRORS else name, text)

    def reset(self) -> None:
        """Forget what became of it, to try once more."""
        self.result = ""
        self.faults.clear()


class Plan(Protocol):
    """A row that was understood, in the form its loader writes."""

    @property
    def row(self) -> Row: ...


PlanT = TypeVar("PlanT", bound=Plan)


class Loader(Protocol[PlanT]):
    """One kind of import: which columns it reads, and what it does with them."""

    columns: Sequence[str]
    required: Sequence[str]

    def at_once(self, header: Sequence[str]) -> int:
        """How many rows are done together, in one transaction."""

    def prepare(self, rows: list[Row]) -> list[PlanT]:
        """Understand the rows, refusing those that cannot be used; outside any transaction."""

    def write(self, plans: list[PlanT]) -> None:
        """Do what the plans say and set each row's result; in the caller's transaction."""
