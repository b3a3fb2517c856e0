"""``directory sync``: one run, told line by line."""

from django.core.management.base import BaseCommand, CommandError

from accounts.people.models import Directory
from writeback.synchronisation import words
from writeback.synchronisation.models import RunOutcome, SynchronisationRun
from writeback.synchronisation.services import UnderWay, synchronise

_TOLD = {
    "created": "created",
    "linked": "linked",
    "changed": "changed",
    "disabled": "disabled",
    "enabled": "enabled",
    "returned": "returned",
    "gone": "gone",
    "groups": "groups new or renamed",
    "memberships": "memberships changed",
}
_CONSENT = "Look at them with --dry-run --accept-deletions, and repeat with --accept-deletions."
_KEPT_OUT = "{} not taken over: the configuration portal shows them under Accounts not taken over."


def run(command: BaseCommand, name: str, *, dry_run: bool, full: bool, accept: bool) -> None:
    """Synchronise a directory now; raises CommandError for all but a complete run."""
    directory = _directory(name)
    tell = command.stdout.write if dry_run else _silent
    try:
        done = synchronise(directory, whole=full, accept=accept, dry_run=dry_run, tell=tell)
    except UnderWay:
        raise CommandError("Another synchronisation of this directory is under way.") from None
    _report(command, done, dry_run=dry_run)
    if done.outcome == RunOutcome.ASKS:
        raise CommandError(f"{words.told(done)} {_CONSENT}")
    if done.outcome != RunOutcome.DONE:
        raise CommandError(words.told(done))


def _report(command: BaseCommand, done: SynchronisationRun, *, dry_run: bool) -> None:
    counted = [f"{done.counts[name]} {told}" for name, told in _TOLD.items() if name in done.counts]
    command.stdout.write(command.style.SUCCESS(", ".join(counted) or "Nothing changed."))
    if done.counts.get("quarantined"):
        command.stdout.write(_KEPT_OUT.format(done.counts["quarantined"]))
    if dry_run:
        command.stdout.write("A dry run: nothing was written.")


def _directory(name: str) -> Directory:
    found = Directory.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no directory called {name}.")
    if not found.is_on_premises:
        raise CommandError(f"{name} has no directory server of its own: its store is here.")
    return found


def _silent(_line: str) -> None:
    """Counts are told in the end."""
