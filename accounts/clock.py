"""What a clock that is set back may not do: make what has a short life last.

Every moment is told by the clock of the machine that writes it, in UTC. Corrections and differences
between machines up to ``STEP`` change nothing; beyond that, what seems to be from later than now is
over. Operators keep clocks right (docs/operations.md).
"""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

STEP = timedelta(minutes=5)


def is_over(ends_at: datetime, life: timedelta) -> bool:
    """Has something ended that lives so long? What would end later than it could was begun while
    the clock was ahead."""
    now = timezone.now()
    return not now < ends_at <= now + life + STEP


def living(field: str, life: timedelta) -> Q:
    """The rows for which that is not so."""
    now = timezone.now()
    return Q(**{f"{field}__gt": now, f"{field}__lte": now + life + STEP})


def ahead() -> datetime:
    """What is from after this moment was written by a clock that has been set back since."""
    return timezone.now() + STEP
