"""Periodic jobs: settings.PERIODIC_JOBS, a name → (dotted path, seconds between two runs).

Whoever moves a job's row on runs it, so any number of processes may try.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField
from django.utils import timezone

from accounts import clock, seams
from accounts.outbox.models import PeriodicJob
from accounts.prepared import Given, Prepared
from accounts.tenancy import across_directories

log = logging.getLogger(__name__)

_RESTING = Prepared(  # asked once a second
    lambda: PeriodicJob.objects.filter(due_at__gt=Given("now", DateTimeField())).values_list(
        "name", "due_at"
    )
)


def run_due() -> list[str]:
    """Run every job whose time has come; returns their names. One query when none has."""
    resting = dict(_RESTING.all(now=timezone.now()))
    due = [name for name in settings.PERIODIC_JOBS if not _rests(name, resting.get(name))]
    return [name for name in due if _take(name) and _run(name)]


def _rests(name: str, until: datetime | None) -> bool:
    """Not for longer than a job ever rests: then a clock that was ahead said so."""
    return until is not None and not clock.is_over(until, _pause(name))


def _pause(name: str) -> timedelta:
    return timedelta(seconds=settings.PERIODIC_JOBS[name][1])


def _take(name: str) -> bool:
    following = timezone.now() + _pause(name)
    due = PeriodicJob.objects.filter(~clock.living("due_at", _pause(name)), name=name)
    moved = due.update(due_at=following)
    if moved:
        return True
    return PeriodicJob.objects.get_or_create(name=name, defaults={"due_at": following})[1]


def _run(name: str) -> bool:
    try:
        with across_directories("periodic jobs serve every directory"):
            seams.periodic_job(name)()
    except Exception:
        log.exception("job %s failed", name)
    return True
