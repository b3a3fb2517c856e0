"""Periodic jobs: settings.PERIODIC_JOBS, a name → (dotted path, seconds between two runs).

Whoever moves a job's row on runs it, so any number of processes may try.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts import seams
from accounts.outbox.models import PeriodicJob
from accounts.tenancy import across_directories

log = logging.getLogger(__name__)


def run_due() -> list[str]:
    """Run every job whose time has come; returns their names. One query when none has."""
    waiting = PeriodicJob.objects.filter(due_at__gt=timezone.now())
    resting = set(waiting.values_list("name", flat=True))
    due = [name for name in settings.PERIODIC_JOBS if name not in resting]
    return [name for name in due if _take(name) and _run(name)]


def _take(name: str) -> bool:
    now = timezone.now()
    _path, seconds = settings.PERIODIC_JOBS[name]
    following = now + timedelta(seconds=seconds)
    moved = PeriodicJob.objects.filter(name=name, due_at__lte=now).update(due_at=following)
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
