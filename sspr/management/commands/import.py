"""Bulk loading: people, and the factors they have. docs/importing.md tells how."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.people.models import Directory
from sspr.imports import files
from sspr.imports.factors import Factors
from sspr.imports.files import Table
from sspr.imports.homes import Homes
from sspr.imports.progress import Progress
from sspr.imports.results import Results
from sspr.imports.rows import REFUSED, RESULTS, Loader, Row, Wrong
from sspr.imports.runs import run
from sspr.imports.seen import Seen
from sspr.imports.stopping import Stop
from sspr.imports.users import Users

TOLD = 10  # refused rows on the screen; the file of results has all of them
INTERRUPTED = 130  # as shells say it


class Command(BaseCommand):
    help = "Load people, or what proves who they are, from a CSV file: each row by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        people = kinds.add_parser("users", help=f"columns: {', '.join(Users.columns)}")
        proofs = kinds.add_parser("factors", help=f"columns: {', '.join(Factors.columns)}")
        for kind in (people, proofs):
            kind.add_argument("file", type=Path)
            kind.add_argument("--directory", default="", help="refuse people of any other one")
            kind.add_argument("--dry-run", action="store_true", help="find out, write nothing")
            kind.add_argument("--results", type=Path, help="where to say what became of each row")
        proofs.add_argument(
            "--confirmed", action="store_true", help="believe rows that say they are confirmed"
        )
        proofs.add_argument(
            "--notify", action="store_true", help="mail people about what counts from now on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Seen() as seen:
                self._import(_loader(seen, options), options)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped at once. What was under way is taken back; the same command goes on.",
                returncode=INTERRUPTED,
            ) from None

    def _import(self, loader: Loader[Any], options: dict[str, Any]) -> None:
        file, dry_run = options["file"], options["dry_run"]
        try:
            table = files.check(file, loader.columns, loader.required)
            if options.get("confirmed") and "confirmed" not in table.header:
                raise Wrong("--confirmed needs the column confirmed, which says of which rows.")
            where = options["results"] or file.with_name(f"{file.stem}.results.csv")
            told = Results(where, dry_run=dry_run)
        except Wrong as refusal:
            raise CommandError(f"Nothing was written.\n{refusal}") from refusal
        with told:
            stopped_after = self._run(table, loader, told, dry_run=dry_run)
        self._report(told, table, stopped_after, dry_run=dry_run)

    def _run(self, table: Table, loader: Loader[Any], told: Results, *, dry_run: bool) -> int:
        """Returns the last row that was done when somebody stopped it, else 0."""
        last, shown = 0, 0

        def on_batch(batch: list[Row]) -> bool:
            nonlocal last, shown
            told.add(batch)
            last = batch[-1].number
            for row in batch:
                if row.faults and shown < TOLD:
                    shown += 1
                    self.stderr.write(_fault(row))
            progress.move(len(batch))
            return not stop.asked

        with Stop() as stop, Progress(table.count) as progress:
            at_once = loader.at_once(table.header)
            finished = run(table.rows(), loader, at_once, dry_run=dry_run, on_batch=on_batch)
        return 0 if finished else last

    def _report(self, told: Results, table: Table, stopped_after: int, *, dry_run: bool) -> None:
        counted = (f"{told.counts[result]} {result}" for result in RESULTS)
        self.stdout.write(self.style.SUCCESS(", ".join(counted)))
        if dry_run:
            self.stdout.write("A dry run: nothing was written.")
        self.stdout.write(f"Row by row: {told.path}")
        if stopped_after:
            raise CommandError(
                f"Stopped after row {stopped_after}. The same command goes on from there.",
                returncode=INTERRUPTED,
            )
        if told.counts[REFUSED]:
            raise CommandError(f"{told.counts[REFUSED]} of {table.count} rows were refused.")


def _fault(row: Row) -> str:
    reasons = (
        f"{fault.column}: {fault.message}" if fault.column else fault.message
        for fault in row.faults
    )
    return f"row {row.number} ({row.name[:60]}): {'; '.join(reasons)}"


def _loader(seen: Seen, options: dict[str, Any]) -> Loader[Any]:
    homes = Homes(_directory(options["directory"]))
    if options["kind"] == "users":
        return Users(homes, seen, dry_run=options["dry_run"])
    return Factors(homes, seen, confirmed=options["confirmed"], notify=options["notify"])


def _directory(name: str) -> Directory | None:
    if not name:
        return None
    found = Directory.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no directory called {name}.")
    return found
