"""Directories as code: what a file would change, changing it, and writing the file.

Also what comes from a directory server, people and groups, and whether it is as it has to be.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from accounts.client import Client
from accounts.people.models import Directory
from accounts.people.registry import Act
from registration import coverage
from sspr.configuration.changes import Weakens, run
from sspr.configuration.document import Wrong, read
from sspr.configuration.export import document
from sspr.configuration.work import Change, Work
from sspr.management import examining, synchronising


class Command(BaseCommand):
    help = "Plan, apply or export a configuration file; check or read a directory server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        plan = actions.add_parser("plan", help="show what a file would change")
        plan.add_argument("file", type=Path)
        apply = actions.add_parser("apply", help="make it so")
        apply.add_argument("file", type=Path)
        apply.add_argument(
            "--accept-weaker", action="store_true", help="also make changes that weaken security"
        )
        export = actions.add_parser("export", help="write a file of what is there")
        export.add_argument("name", nargs="*", help="only these directories")
        sync = actions.add_parser("sync", help="pull people and groups from its directory server")
        sync.add_argument("name", help="the directory")
        sync.add_argument("--dry-run", action="store_true", help="say what would change")
        sync.add_argument("--full", action="store_true", help="read everything, not only changes")
        sync.add_argument(
            "--accept-deletions", action="store_true", help="however many people are gone"
        )
        check = actions.add_parser(
            "check", help="examine a directory server, and say what mends it"
        )
        check.add_argument("name", help="the directory")
        target = check.add_mutually_exclusive_group()
        target.add_argument("--person", metavar="UPN", help="whether this person can be served")
        target.add_argument("--unit", metavar="DN", help="whether everybody below this unit can be")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        own = {"check": self.examine}  # Django's commands have another method of that name
        run_action: Callable[..., None] = own.get(action) or getattr(self, action)
        run_action(**options)

    def plan(self, file: Path, **_others: Any) -> None:
        work = self._run(file, keep=False, accept_weaker=True)
        self._show(work.changes)
        self._remark(work)
        if not work.changes:
            self.stdout.write("Nothing would change.")
        elif any(change.weaker for change in work.changes):
            self.stdout.write("Apply it with --accept-weaker.")

    def apply(self, file: Path, accept_weaker: bool, **_others: Any) -> None:
        try:
            work = self._run(file, keep=True, accept_weaker=accept_weaker)
        except Weakens as refusal:
            self._show(refusal.changes)
            raise CommandError(
                "Nothing was changed: what is marked WEAKER weakens security. "
                "Repeat with --accept-weaker if that is meant."
            ) from refusal
        self._show(work.changes)
        self._remark(work)
        if work.changes:
            for directory in work.directories:
                coverage.rebuild(directory)
        self.stdout.write(self.style.SUCCESS(f"{len(work.changes)} changes."))

    def export(self, name: list[str], **_others: Any) -> None:
        found = list(Directory.objects.order_by("pk"))
        missing = set(name) - {directory.name for directory in found}
        if missing:
            raise CommandError(f"There is no directory called {', '.join(sorted(missing))}.")
        chosen = [directory for directory in found if not name or directory.name in name]
        text = yaml.safe_dump(document(chosen), sort_keys=False, allow_unicode=True, width=100)
        self.stdout.write(text, ending="")

    def sync(
        self, name: str, dry_run: bool, full: bool, accept_deletions: bool, **_others: Any
    ) -> None:
        synchronising.run(self, name, dry_run=dry_run, full=full, accept=accept_deletions)

    def examine(self, name: str, person: str | None, unit: str | None, **_others: Any) -> None:
        examining.run(self, name, person or unit or "")

    def _run(self, file: Path, *, keep: bool, accept_weaker: bool) -> Work:
        act = Act(Client.nowhere())
        try:
            entries = read(file)
            return run(entries, act, folder=file.parent, keep=keep, accept_weaker=accept_weaker)
        except Wrong as refusal:
            raise CommandError("\n".join(["Nothing was changed:", *refusal.faults])) from refusal

    def _show(self, changes: list[Change]) -> None:
        for change in changes:
            sign = "!" if change.weaker else "+" if change.old == "nothing" else "~"
            line = f"{sign} {change.place}: {change.old} -> {change.new}"
            if change.weaker:
                line = self.style.WARNING(f"{line}  WEAKER")
            self.stdout.write(line)

    def _remark(self, work: Work) -> None:
        for remark in dict.fromkeys(work.remarks):
            self.stdout.write(f"  note: {remark}")
