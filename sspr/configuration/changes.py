"""Bringing what is there into line with a configuration file, and saying what that changes.

Planning does the very same in a transaction that is rolled back, so a plan and its application
cannot differ, and whatever would be refused is refused when planning.
"""

from pathlib import Path

from django.db import transaction

from accounts.people.registry import Act
from sspr.configuration.directories import apply_directory
from sspr.configuration.document import DirectoryEntry, Wrong
from sspr.configuration.work import Change, Work


class Weakens(Exception):
    """The file would weaken security, and nobody accepted that."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("weaker")
        self.changes = changes


def run(
    entries: list[DirectoryEntry], act: Act, *, folder: Path, keep: bool, accept_weaker: bool
) -> Work:
    """Apply the entries; without ``keep`` everything is rolled back. Raises Wrong or Weakens."""
    work = Work(act=act, folder=folder)
    with transaction.atomic():
        for entry in entries:
            with work.at(entry.place):
                apply_directory(entry, work)
        if work.faults:
            raise Wrong(work.faults)
        if keep and not accept_weaker and any(change.weaker for change in work.changes):
            raise Weakens(work.changes)
        transaction.set_rollback(not keep)
    return work
