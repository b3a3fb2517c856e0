"""Factors from a CSV file: mailboxes and telephones an organisation knows of its people.

They arrive unconfirmed, for the person to find and confirm, unless a row and the operator both
say that they are right. An import only ever adds: what a person registered stays as it is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from accounts.people import names
from accounts.people.models import Directory
from registration import methods
from registration.methods import alternate_email
from registration.models import Factor
from sspr.imports import factor_rows
from sspr.imports.homes import Homes
from sspr.imports.rows import KEY, Row
from sspr.imports.seen import Seen

LONGEST_LABEL = 60
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
_OWN = "only the person can register this: it is known or held by nobody else"
_ISSUED = "these are issued one by one, never imported"
NEVER = {
    "security_questions": _OWN,
    "authenticator_app": _OWN,
    "recovery_codes": _OWN,
    "passkey": _OWN,
    "temporary_pass": _ISSUED,
}


@dataclass(slots=True)
class Wanted:
    """A row that was understood: a factor somebody shall have."""

    row: Row
    directory: Directory
    key: str
    method: str
    address: str
    label: str
    confirmed: bool


class Factors:
    """The loader of ``import factors``."""

    columns: Sequence[str] = (KEY, "method", "value", "label", "extension", "confirmed")
    required: Sequence[str] = (KEY, "method", "value")

    def __init__(self, homes: Homes, seen: Seen, *, confirmed: bool, notify: bool) -> None:
        self._homes, self._seen = homes, seen
        self._confirmed, self._notify = confirmed, notify

    def at_once(self, header: Sequence[str]) -> int:
        return 1000

    def prepare(self, rows: list[Row]) -> list[Wanted]:
        """Understand the rows, refusing those that cannot be used."""
        return [wanted for row in rows if (wanted := self._understood(row))]

    def write(self, plans: list[Wanted]) -> None:
        """Add what is missing, a directory at a time."""
        by_directory = defaultdict[Directory, list[Wanted]](list)
        for plan in plans:
            by_directory[plan.directory].append(plan)
        for directory, mine in by_directory.items():
            factor_rows.write(directory, mine, notify=self._notify)
