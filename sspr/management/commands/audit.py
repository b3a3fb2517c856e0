"""The evidence chain: verify it, export it, let go of what is old."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.audit import export, purge, verify
from accounts.client import Client


class Command(BaseCommand):
    help = "Verify the audit trail, export it, or purge its oldest records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help="recompute the whole chain")
        check.add_argument(
            "--head",
            default="",
            metavar="POSITION:DIGEST",
            help="a seal noted after an earlier check, which must still be in the chain",
        )
        out = actions.add_parser("export", help="write every record as a line of JSON")
        out.add_argument("file", help="a new file, or - for standard output")
        old = actions.add_parser("purge", help="delete records sealed before a day (UTC)")
        old.add_argument("--before", required=True, metavar="YYYY-MM-DD")
        old.add_argument("--accept", action="store_true", help="really delete")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "verify":
            self.verify(options["head"])
        elif action == "export":
            self.export(options["file"])
        else:
            self.purge(options["before"], options["accept"])

    def verify(self, head: str) -> None:
        verdict = verify.verify(head)
        for fault in verdict.faults:
            self.stderr.write(fault)
        if verdict.begins_after:
            self.stdout.write(f"Purged up to seal {verdict.begins_after}.")
        self.stdout.write(f"{verdict.seals} seals over {verdict.records} records.")
        oldest = verdict.oldest_unsealed
        since = f", the oldest of {oldest:%Y-%m-%d %H:%M:%S} UTC" if oldest else ""
        self.stdout.write(f"{verdict.unsealed} records wait for their seal{since}.")
        if verdict.faults:
            raise CommandError("The audit trail was tampered with.")
        self.stdout.write(self.style.SUCCESS("The chain holds."))
        if verdict.head:
            self.stdout.write(f"Note this elsewhere: {verdict.head}")

    def export(self, file: str) -> None:
        if file == "-":
            export.write(sys.stdout)
            return
        try:
            with Path(file).open("x", encoding="utf-8") as target:
                count = export.write(target)
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        self.stdout.write(f"Wrote {count} records to {file}.")

    def purge(self, before: str, accept: bool) -> None:
        moment = _midnight(before)
        plan = purge.purgeable(moment)
        if not accept:
            self.stdout.write(f"Would delete {plan.records} records in {plan.seals} seals.")
            self.stdout.write("Nothing was deleted. Repeat with --accept to delete them.")
            return
        try:
            removed = purge.purge(moment, client=Client.nowhere())
        except purge.ChainBusy as error:
            raise CommandError("Somebody else is sealing or purging. Try again.") from error
        self.stdout.write(f"Deleted {removed} records.")


def _midnight(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError("Write the day as YYYY-MM-DD.")
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if moment > timezone.now():
        raise CommandError("That day is yet to come.")
    return moment
