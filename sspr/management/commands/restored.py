"""After a back-up was restored, before anything starts. docs/operations.md."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from sspr.restoring import end_what_was_open


class Command(BaseCommand):
    help = "End what was open in a back-up that was restored: no code of it may count twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recovery-codes",
            choices=("keep", "end"),
            required=True,
            help="keep: those used since the back-up can be used again. end: everybody makes new.",
        )

    def handle(self, *args: Any, recovery_codes: str, **options: Any) -> None:
        ended = end_what_was_open(with_recovery_codes=recovery_codes == "end")
        told = ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in asdict(ended).items())
        self.stdout.write(f"Ended: {told}.")
