"""What comes back of our mails, from a mail server's pipe or from files. docs/campaigns.md."""

import logging
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from registration import bounces

log = logging.getLogger(__name__)

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the message


class Command(BaseCommand):
    help = "Read reports on mails that came back (RFC 3464), one message in each file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", default=["-"], help="- (the default): as piped in")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        counts: Counter[str] = Counter()
        try:
            for raw in _messages(files):
                counts[bounces.take(raw)] += 1
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror}.") from error
        except Error as error:
            raise CommandError("The database did not answer.", returncode=TRY_AGAIN) from error
        told = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))
        log.info("bounces: %s", told)
        self.stdout.write(told)


def _messages(files: list[str]) -> Iterator[bytes]:
    for name in files:
        if name == "-":
            yield _bounded(sys.stdin.buffer)
        else:
            with Path(name).open("rb") as file:
                yield _bounded(file)


def _bounded(stream: BinaryIO) -> bytes:
    """A message, or as much of it as shows that it is too large; the rest runs off the pipe."""
    raw = stream.read(bounces.LARGEST + 1)
    while len(raw) > bounces.LARGEST and stream.read(65_536):
        continue
    return raw
