"""Factors from a CSV file: mailboxes and telephones an organisation knows of its people.

They arrive unconfirmed, for the person to find and confirm, unless a row and the operator both
say that they are right. An import only ever adds: what a person registered stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.people import names
from accounts.people.models import Directory
from registration import methods
from registration.methods import alternate_email
from registration.telephony import numbers
from registration.telephony.numbers import Number
from sspr.imports import factor_rows
from sspr.imports.cells import flag
from sspr.imports.homes import Homes
from sspr.imports.rows import KEY, Row
from sspr.imports.seen import Seen

LONGEST_LABEL = 60
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
MAILBOX, MOBILE, OFFICE = "alternate_email", "mobile_phone", "office_phone"
_DIGITS = re.compile(rf"[0-9]{{1,{numbers.LONGEST_EXTENSION}}}")
KINDS = (MAILBOX, MOBILE, OFFICE)
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
    number: Number | None = None


class Factors:
    """The loader of ``import factors``."""

    columns: Sequence[str] = (KEY, "method", "value", "label", "extension", "confirmed")
    required: Sequence[str] = (KEY, "method", "value")

    def __init__(
        self, homes: Homes, seen: Seen, *, confirmed: bool = False, notify: bool = False
    ) -> None:
        self._homes, self._seen = homes, seen
        self._confirmed, self._notify = confirmed, notify

    def at_once(self, header: Sequence[str]) -> int:
        return 1000

    def prepare(self, rows: list[Row]) -> list[Wanted]:
        """Understand the rows, refusing those that cannot be used."""
        return [wanted for row in rows if (wanted := self._understood(row))]

    def write(self, plans: list[Wanted]) -> None:
        """Add what is missing, a directory at a time."""
        by_directory = defaultdict[int, list[Wanted]](list)
        for plan in plans:
            by_directory[plan.directory.pk].append(plan)
        for mine in by_directory.values():
            factor_rows.write(mine[0].directory, mine, notify=self._notify)

    def _understood(self, row: Row) -> Wanted | None:
        method = row.cells["method"]
        try:
            directory = self._homes.of(row.name)
        except ValidationError as refusal:
            row.refuse_for(refusal, KEY)
            return None
        fault = _method_fault(method)
        if fault:
            row.refuse("method", fault)
            return None
        wanted = Wanted(
            row,
            directory,
            names.key(row.name),
            method,
            address="",
            label=row.cells.get("label", ""),
            confirmed=flag(row, "confirmed"),
        )
        self._check_extras(wanted)
        try:
            self._read_value(wanted)
        except ValidationError as refusal:
            row.refuse_for(refusal, "value")
        if not row.faults:
            said = (wanted.key, method, wanted.address.casefold())
            before = self._seen.before(row.number, *said)
            if before:
                row.refuse("value", f"is in row {before} already")
        return None if row.faults else wanted

    def _check_extras(self, wanted: Wanted) -> None:
        row = wanted.row
        if len(wanted.label) > LONGEST_LABEL:
            row.refuse("label", f"longer than {LONGEST_LABEL} characters")
        if wanted.confirmed and not self._confirmed:
            row.refuse("confirmed", "add --confirmed to the command if you answer for that")
        extension = row.cells.get("extension", "")
        if extension and wanted.method != OFFICE:
            row.refuse("extension", "only an office phone has one")
        elif extension and not _DIGITS.fullmatch(extension):
            row.refuse("extension", f"write up to {numbers.LONGEST_EXTENSION} digits")

    def _read_value(self, wanted: Wanted) -> None:
        """The address in the form it is kept in; raises ValidationError."""
        value = wanted.row.cells["value"]
        if wanted.method != MAILBOX:
            extension = wanted.row.cells.get("extension", "")
            is_whole = value and _DIGITS.fullmatch(extension)
            text = f"{value};ext={extension}" if is_whole else value
            wanted.number = numbers.parse(text, wanted.directory.default_region)
            wanted.address = numbers.canonical(wanted.number)
            return
        validate_email(value)
        if len(value) > LONGEST_ADDRESS:
            raise ValidationError(f"longer than {LONGEST_ADDRESS} characters")
        wanted.address = alternate_email.outside(value, self._homes.domains_of(wanted.directory))


def _method_fault(method: str) -> str:
    if method in NEVER:
        return NEVER[method]
    if method not in KINDS:
        return f"write one of {', '.join(KINDS)}"
    return "" if method in methods.all_methods() else "is not installed here"
