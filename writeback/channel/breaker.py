"""One breaker per directory, for all processes: who could not be asked is left in peace for a
while, and everybody hears that at once, instead of waiting for it. Then one request tries.
"""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from writeback.agent.answers import Away
from writeback.models import Outage

RESTS = timedelta(seconds=15)
TRIES = timedelta(seconds=10)  # for which one request may try, and all others wait
MOST_LOST = 5  # answers in a row


def is_open(directory: int) -> bool:
    """Would nobody try just now?"""
    rows = Outage.objects.in_directory(directory)
    return rows.filter(until__gt=timezone.now()).exists()


def admit(directory: int) -> Outage | None:
    """May one ask now? Raises Away; returns what was wrong, for ``well``."""
    known = Outage.objects.in_directory(directory).first()
    if known is None or known.until is None:
        return known
    now = timezone.now()
    this = Outage.objects.in_directory(directory).filter(pk=known.pk, until=known.until)
    if known.until > now or not this.update(until=now + TRIES):
        raise Away
    return known


def away(directory: int) -> None:
    """Nothing could be sent: nobody tries for a while."""
    Outage.objects.update_or_create(
        directory_id=directory, defaults={"until": timezone.now() + RESTS}
    )


def lost(directory: int) -> None:
    """An answer did not come; too many in a row are an outage."""
    row, _made = Outage.objects.get_or_create(directory_id=directory)
    rows = Outage.objects.in_directory(directory).filter(pk=row.pk)
    rows.update(lost=F("lost") + 1)
    rows.filter(lost__gte=MOST_LOST).update(until=timezone.now() + RESTS)


def well(directory: int, known: Outage | None) -> None:
    """An answer came: whatever was wrong is over."""
    if known is not None:
        Outage.objects.in_directory(directory).filter(pk=known.pk).delete()
