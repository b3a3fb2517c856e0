"""Noticing that codes are sprayed: far more wrong answers than a directory's strangers give.

What is usual is learned from the directory's own last two weeks, and bounded both ways: a quiet
directory has a floor, and whoever guesses a little more each day meets a ceiling. All directories
together are judged in the same way, for guesses that are spread thinly over many of them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.notices import Notice, notify
from accounts.people import helpers
from accounts.people.models import Directory, User
from accounts.tenancy import TenantQuerySet
from reset import breaker
from reset import breaker_events as events
from reset.breaker import period_of
from reset.models import AnswerCount, Strain

HOUR = timedelta(hours=1)
SHOWN = timedelta(hours=12)
LEARNED_FROM = timedelta(days=14)
DAYS_NEEDED = 3  # of answers, before anything is usual
TIMES_USUAL = 5
FLOOR, CEILING, CEILING_AT_FIRST = 30, 300, 500  # wrong answers an hour
RENEWED_FOR = timedelta(minutes=15)


def watch() -> int:
    """Trip the breaker where it is due, keep it where it must stay, and end what is over; returns
    for how many directories it tripped. A periodic job."""
    wrong = _wrong(AnswerCount.objects.all())
    directories = Directory.objects.in_bulk(wrong)
    tripped = sum(_judge(directories[key], found) for key, found in wrong.items())
    tripped += _judge_together(sum(wrong.values()))
    _end_what_is_over()
    return tripped


def wrong_lately(directory: Directory) -> int:
    """Strangers' wrong answers of the last hour that count."""
    return _wrong(AnswerCount.objects.in_directory(directory)).get(directory.pk, 0)


def bound_of(directory: Directory) -> int:
    """More wrong answers than these in an hour are not usual for a directory."""
    people = User.objects.in_directory(directory).count()
    return _bound(AnswerCount.objects.in_directory(directory), people)


@dataclass(frozen=True, slots=True)
class Seen:
    """How a directory stands, and what its strangers answered.

    ``hours``: hour, wrong and right ones, newest first.
    """

    directory: Directory
    state: breaker.State
    strain: Strain | None
    wrong: int
    bound: int
    hours: list[tuple[datetime, int, int]]


def seen(directory: Directory) -> Seen:
    """What staff look at before they decide; some queries."""
    counts = AnswerCount.objects.in_directory(directory)
    lately = counts.filter(began_at__gt=timezone.now() - SHOWN)
    hours = lately.annotate(hour=TruncHour("began_at", tzinfo=UTC)).values_list("hour")
    sums = hours.annotate(all_wrong=Sum("wrong"), all_passed=Sum("passed")).order_by("-hour")
    return Seen(
        directory=directory,
        state=breaker.state_of(directory),
        strain=Strain.objects.in_directory(directory).first(),
        wrong=wrong_lately(directory),
        bound=bound_of(directory),
        hours=list(sums),
    )


def _judge(directory: Directory, wrong: int) -> bool:
    strain = Strain.objects.in_directory(directory).first()
    if strain and _is_on(strain):
        if wrong > strain.bound:
            _renew(Strain.objects.in_directory(directory))
        return False
    bound = bound_of(directory) if wrong > FLOOR else FLOOR
    return wrong > bound and _trip(directory, wrong, bound, everywhere=False)


def _judge_together(wrong: int) -> int:
    """Guesses spread thinly over many directories strain all of them."""
    directories = list(Directory.objects.all()) if wrong > FLOOR else []
    if len(directories) < 2:
        return 0
    bound = _bound(AnswerCount.objects.all(), User.objects.count())
    if wrong <= bound:
        return 0
    calm = [one for one in directories if not _is_on(Strain.objects.in_directory(one).first())]
    _renew(Strain.objects.exclude(directory__in=calm))
    return sum(_trip(one, wrong, bound, everywhere=True) for one in calm)


def _wrong(counts: TenantQuerySet[AnswerCount]) -> dict[int, int]:
    """The wrong answers of the last hour by directory, without those that staff have put aside."""
    lately = counts.filter(began_at__gt=period_of(timezone.now()) - HOUR)
    restored = F("directory__strain__restored_at")
    counted = lately.filter(Q(directory__strain__restored_at=None) | Q(began_at__gte=restored))
    sums = counted.values("directory").annotate(all=Sum("wrong")).order_by()
    return {row["directory"]: row["all"] for row in sums}


def _bound(counts: TenantQuerySet[AnswerCount], people: int) -> int:
    usual = _usual(counts)
    if usual is None:
        return min(max(FLOOR, people // 100), CEILING_AT_FIRST)
    return min(max(FLOOR, int(usual * TIMES_USUAL)), max(CEILING, people // 50))


def _usual(counts: TenantQuerySet[AnswerCount]) -> float | None:
    """The median, over the last two weeks, of each day's busiest hour; None as long as answers
    have been counted for too few days. Today is left out: it is what is judged."""
    today = timezone.now().astimezone(UTC).date()
    learned = counts.filter(began_at__date__lt=today, began_at__gte=timezone.now() - LEARNED_FROM)
    hours = learned.annotate(hour=TruncHour("began_at", tzinfo=UTC)).values_list("hour")
    busiest: dict[date, int] = {}
    for hour, wrong in hours.annotate(all=Sum("wrong")).order_by():
        busiest[hour.date()] = max(busiest.get(hour.date(), 0), wrong)
    if not busiest or (today - min(busiest)).days < DAYS_NEEDED:
        return None
    days = (today - min(busiest)).days
    return median([*busiest.values(), *[0] * (days - len(busiest))])


def _is_on(strain: Strain | None) -> bool:
    return strain is not None and strain.until is not None and strain.until > timezone.now()


def _renew(strains: TenantQuerySet[Strain]) -> None:
    now = timezone.now()
    strains.filter(until__gt=now).update(until=now + RENEWED_FOR)


def _trip(directory: Directory, wrong: int, bound: int, *, everywhere: bool) -> bool:
    """Begin the strain, once, whoever watches beside."""
    now, only = timezone.now(), directory.helpdesk_only_when_guessed
    Strain.objects.get_or_create(directory=directory)
    with transaction.atomic():
        row = Strain.objects.in_directory(directory).select_for_update().get()
        if _is_on(row):
            return False
        row.began_at, row.until, row.wrong, row.bound = now, now + RENEWED_FOR, wrong, bound
        row.helpdesk_only_at = row.helpdesk_only_at or (now if only else None)
        row.save()
        event = events.GuessingNoticed(
            wrong=wrong, bound=bound, everywhere=everywhere, helpdesk_only=only
        )
        record(event, directory=directory.pk, client=Client.nowhere())
        _tell(directory, wrong, only=only)
    return True


def _tell(directory: Directory, wrong: int, *, only: bool) -> None:
    context = {
        "wrong": str(wrong),
        "directory": directory.name,
        "only": "yes" if only else "",
    }
    for person in helpers.administrators_of(directory):
        notify(person, Notice.GUESSING_ALARM, client=Client.nowhere(), context=context)


def _end_what_is_over() -> None:
    """Where the last hour brought too little to renew the strain, all is as usual again."""
    for strain in Strain.objects.filter(until__lte=timezone.now()):
        rows = Strain.objects.in_directory(strain.directory_id).filter(until=strain.until)
        kept = strain.helpdesk_only_at if strain.by_hand else None
        with transaction.atomic():
            if rows.update(until=None, began_at=None, helpdesk_only_at=kept):
                record(
                    events.GuessingOver(), directory=strain.directory_id, client=Client.nowhere()
                )
