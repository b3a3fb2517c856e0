"""Bulk loading. Every row can be used, or nothing is written."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.client import Client
from accounts.people.models import Directory
from accounts.people.registry import Act
from registration import coverage
from sspr.imports import users
from sspr.imports.rows import COLUMNS, Row, Wrong, read


class Command(BaseCommand):
    help = "Load people from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        people = kinds.add_parser("users", help=f"columns: {', '.join(COLUMNS)}")
        people.add_argument("file", type=Path)
        people.add_argument("--directory", default="", help="refuse people of any other directory")
        people.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args: Any, file: Path, directory: str, dry_run: bool, **_others: Any) -> None:
        try:
            rows = read(file)
            users.prepare(rows, _directory(directory))
        except Wrong as refusal:
            raise CommandError("\n".join(["Nothing was written:", *refusal.faults])) from refusal
        if dry_run:
            self.stdout.write(f"{len(rows)} rows can be imported. Nothing was written.")
            return
        users.encode(rows, self._progress)
        for touched in users.write(rows, Act(Client.nowhere())):
            coverage.rebuild(touched)
        self._report(rows)

    def _progress(self, done: int, of: int) -> None:
        """A bar for somebody who watches; nothing in a file."""
        if not self.stderr.isatty():
            return
        filled = 30 * done // max(1, of)
        ending = "\n" if done == of else ""
        self.stderr.write(f"\r[{'#' * filled:30}] {done}/{of}", ending=ending)
        self.stderr.flush()

    def _report(self, rows: list[Row]) -> None:
        for row in rows:
            self.stdout.write(f"row {row.number}: {row.name}: {row.result}")
        counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
        for row in rows:
            counts[row.result] += 1
        summary = ", ".join(f"{count} {result}" for result, count in counts.items())
        self.stdout.write(self.style.SUCCESS(summary))


def _directory(name: str) -> Directory | None:
    if not name:
        return None
    found = Directory.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no directory called {name}.")
    return found
