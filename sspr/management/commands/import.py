"""Bulk loading: people, and the factors they have. docs/importing.md tells how."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.people.models import Directory
from sspr.imports import files
from sspr.imports.homes import Homes
from sspr.imports.progress import Progress
from sspr.imports.results import Results
from sspr.imports.rows import REFUSED, RESULTS, Loader, Row, Wrong
from sspr.imports.runs import run
from sspr.imports.seen import Seen
from sspr.imports.users import Users

TOLD = 10  # faults on the screen; the file of results has all of them
INTERRUPTED = 130  # as shells say it
BAD_ROWS = 1


class Command(BaseCommand):
    help = "Load people, or their factors, from a CSV file; each row is done, or told why not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        for kind, columns in {"users": Users.columns}.items():
            each = kinds.add_parser(kind, help=f"columns: {', '.join(columns)}")
            each.add_argument("file", type=Path)
            each.add_argument("--directory", default="", help="refuse people of any other one")
            each.add_argument("--dry-run", action="store_true", help="check only, write nothing")
            each.add_argument("--results", type=Path, help="where to say what became of each row")

    def handle(self, *args: Any, file: Path, results: Path | None, **options: Any) -> None:
        where = results or file.with_name(f"{file.stem}.results.csv")
        dry_run = bool(options["dry_run"])
        try:
            with Seen() as seen:
                loader = _loader(seen, **options)
                table = files.check(file, loader.columns, loader.required)
                with Results(where, dry_run=dry_run) as told, Progress(table.count) as progress:
                    finished = self._run(table, loader, told, progress, dry_run=dry_run)
        except Wrong as refusal:
            raise CommandError(f"Nothing was written:\n{refusal}") from refusal
        self._report(told, finished=finished, dry_run=dry_run)
