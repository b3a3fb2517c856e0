"""Synchronising a directory: one run at a time, and its row."""

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.notices import Notice, notify
from accounts.people import helpers
from accounts.people.models import Directory
from accounts.people.registry import Act
from writeback.agent.answers import Away, Refused
from writeback.synchronisation import events
from writeback.synchronisation.departures import Count
from writeback.synchronisation.models import RunOutcome, SynchronisationRun
from writeback.synchronisation.running import Pass, nothing

DEAD_AFTER = timedelta(minutes=5)  # without a sign of life
WHOLE_EVERY = timedelta(hours=24)  # what a server's own order of changes does not show
KEPT = 500  # runs of a directory

_ENDED = (RunOutcome.DONE, RunOutcome.ASKS)


class UnderWay(Exception):
    """Another run of this directory has not ended yet."""


def synchronise(
    directory: Directory,
    *,
    whole: bool = False,
    accept: bool = False,
    dry_run: bool = False,
    tell: Callable[[str], None] = nothing,
) -> SynchronisationRun:
    """Pull what changed in the directory server; raises UnderWay.

    ``whole``: read everything. ``accept``: however many are gone. A dry run writes nothing, not
    even that it ran. An outage ends the run and is told by its outcome.
    """
    last = _last(directory)
    run = SynchronisationRun(directory=directory) if dry_run else _begin(directory)
    mark = "" if whole else _mark(directory)
    made = Pass(
        directory,
        mark,
        accepts=lambda count: accept or _was_accepted(directory, count),
        dry_run=dry_run,
        tell=tell,
        alive=lambda: _alive(run),
    )
    outcome, reason = RunOutcome.CUT_OFF, ""
    try:
        made.run()
        outcome = RunOutcome.ASKS if made.doubtful else RunOutcome.DONE
    except Away:
        outcome = RunOutcome.AWAY
    except Refused as refusal:
        outcome, reason = RunOutcome.REFUSED, refusal.code
    finally:
        _end(run, made, outcome, reason, last)
    return run


def agree(run: SynchronisationRun, act: Act) -> bool:
    """Let the next run disable as many people as this one found gone; False where it asks no
    more."""
    waiting = SynchronisationRun.objects.in_directory(run.directory_id)
    gone = run.counts.get("missing", 0)
    with transaction.atomic():
        asked = waiting.filter(pk=run.pk, outcome=RunOutcome.ASKS, accepted=False)
        if not asked.update(accepted=True):
            return False
        act.note_for(events.DeletionsAccepted(gone=gone), run.directory_id)
    return True


def _begin(directory: Directory) -> SynchronisationRun:
    """A run that stands still was killed, and makes way."""
    now = timezone.now()
    runs = SynchronisationRun.objects.in_directory(directory).filter(outcome=RunOutcome.RUNNING)
    dead = runs.filter(alive_at__lt=now - DEAD_AFTER)
    dead.update(outcome=RunOutcome.CUT_OFF, finished_at=now)
    try:
        with transaction.atomic():
            return SynchronisationRun.objects.create(directory=directory)
    except IntegrityError:
        raise UnderWay from None


def _alive(run: SynchronisationRun) -> None:
    if run.pk:
        mine = SynchronisationRun.objects.in_directory(run.directory_id).filter(pk=run.pk)
        if not mine.filter(outcome=RunOutcome.RUNNING).update(alive_at=timezone.now()):
            raise UnderWay  # we were taken for dead, and another is at it


def _last(directory: Directory) -> SynchronisationRun | None:
    ended = SynchronisationRun.objects.in_directory(directory).exclude(outcome=RunOutcome.RUNNING)
    return ended.order_by("-started_at", "-pk").first()


def _mark(directory: Directory) -> str:
    """Where the last complete run ended; empty where it is time to read everything."""
    ended = SynchronisationRun.objects.in_directory(directory).filter(outcome=RunOutcome.DONE)
    since = timezone.now() - WHOLE_EVERY
    if not ended.filter(whole=True, started_at__gt=since).exists():
        return ""
    return ended.order_by("-started_at", "-pk").values_list("mark", flat=True)[0]


def _was_accepted(directory: Directory, count: Count) -> bool:
    """Did somebody agree to as many after the last run that heard everything?"""
    ended = SynchronisationRun.objects.in_directory(directory).filter(outcome__in=_ENDED)
    last = ended.order_by("-started_at", "-pk").first()
    if last is None or last.outcome != RunOutcome.ASKS or not last.accepted:
        return False
    return bool(count.gone <= last.counts.get("missing", 0))


def _end(
    run: SynchronisationRun,
    made: Pass,
    outcome: RunOutcome,
    reason: str,
    last: SynchronisationRun | None,
) -> None:
    run.finished_at, run.outcome, run.reason = timezone.now(), outcome, reason
    run.whole, run.mark = made.whole, made.mark if outcome == RunOutcome.DONE else ""
    run.counts = {name: count for name, count in made.counts.items() if count}
    if made.doubtful:
        run.counts |= {"missing": made.doubtful.gone, "known": made.doubtful.known}
    if not run.pk:
        return
    with transaction.atomic():
        rows = SynchronisationRun.objects.in_directory(run.directory_id)
        if not rows.filter(pk=run.pk, outcome=RunOutcome.RUNNING).select_for_update().exists():
            return
        run.save()
        event = _event(run, last)
        if event:
            record(event, directory=run.directory_id, client=Client.nowhere())
        if isinstance(event, events.DeletionsAsked):
            _tell(run.directory, event)
    _sweep(run)


def _event(run: SynchronisationRun, last: SynchronisationRun | None) -> Event | None:
    """What is worth a line: changes, and the first of several runs that fail alike."""
    counts = run.counts
    if run.outcome == RunOutcome.DONE:
        told = {name: counts.get(name, 0) for name in ("created", "changed", "gone")}
        return events.Synchronised(**told) if any(told.values()) else None
    if last is not None and (last.outcome, last.reason) == (run.outcome, run.reason):
        return None
    if run.outcome == RunOutcome.ASKS:
        return events.DeletionsAsked(gone=counts["missing"], known=counts["known"])
    return events.SynchronisationFailed(reason=run.reason or run.outcome)


def _tell(directory: Directory, asked: events.DeletionsAsked) -> None:
    context = {
        "directory": directory.name,
        "gone": str(asked.gone),
        "known": str(asked.known),
    }
    for person in helpers.administrators_of(directory):
        notify(person, Notice.DELETIONS_ASK, client=Client.nowhere(), context=context)


def _sweep(run: SynchronisationRun) -> None:
    rows = SynchronisationRun.objects.in_directory(run.directory_id).order_by("-started_at", "-pk")
    old = list(rows.values_list("pk", flat=True)[KEPT : KEPT + 100])
    rows.filter(pk__in=old).delete()
