"""The file of passwords that are known from breaches. docs/passwords.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.policy.breached.build import build
from accounts.policy.breached.file import BreachedFile, Damaged
from accounts.policy.breached.sources import entries


class Command(BaseCommand):
    help = "Build the file that BREACHED_PASSWORDS_FILE names, or read all of one to verify it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        make = actions.add_parser("build", help="from a download of hashes, or a list of passwords")
        make.add_argument("source", type=Path, help="a file (.gz too), or a folder of range files")
        make.add_argument("target", type=Path, help="replaced in one step at the end")
        make.add_argument(
            "--min-count",
            type=int,
            default=1,
            metavar="N",
            help="leave out what was seen fewer times; makes the file smaller",
        )
        check = actions.add_parser("verify", help="recompute the checksum of a file")
        check.add_argument("file", type=Path)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            if action == "verify":
                self.verify(options["file"])
            else:
                self.build(options["source"], options["target"], options["min_count"])
        except Damaged as error:
            raise CommandError(f"{error}.") from error
        except (OSError, EOFError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error

    def build(self, source: Path, target: Path, min_count: int) -> None:
        found = tqdm(entries(source, min_count=min_count), unit=" entries", unit_scale=True)
        count = build(found, target)
        size = target.stat().st_size / 1e6
        self.stdout.write(f"Wrote {count} entries ({size:.1f} MB) to {target}.")

    def verify(self, file: Path) -> None:
        found = BreachedFile.verified(file)
        self.stdout.write(self.style.SUCCESS(f"{found.count} entries, all as they were built."))
