"""Noticing that codes are sent for money: almost none of them comes back.

Who earns by texts to numbers of their own does not answer codes; people do, more than four times
in five. Judged are the last hour and the last day, without what can still be answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import countries
from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.notices import Notice, notify
from accounts.people.helpers import administrators_of
from accounts.people.models import Directory
from accounts.people.registry import Act
from registration.telephony import budget_events as events
from registration.telephony.budgets import (
    PERIOD,
    TelephonyAlarm,
    TelephonyBudget,
    TelephonyCount,
    TelephonyPeriod,
    budget_of,
    period_of,
)

WINDOWS = (1, 24)  # hours
KEPT = timedelta(days=40)
DAY_OVER_EVERYWHERE = timedelta(days=2)  # whatever the time zone


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one window of a country brought."""

    hours: int
    sent: int
    answered: int

    def is_strange(self, budget: TelephonyBudget) -> bool:
        enough = self.sent >= budget.alarm_volume
        return enough and self.answered * 100 < self.sent * budget.alarm_percent


def watch() -> int:
    """Raise the alarms that are due, in every directory; returns how many. A periodic job."""
    since = _settled() - timedelta(hours=max(WINDOWS))
    lately = TelephonyPeriod.objects.filter(began_at__gt=since, sent__gt=0)
    places = list(lately.values_list("directory", "country").distinct().order_by())
    directories = Directory.objects.in_bulk({directory for directory, _country in places})
    budgets = {key: budget_of(directory) for key, directory in directories.items()}
    return sum(_judge(directories[key], country, budgets[key]) for key, country in places)


def lift(alarm: TelephonyAlarm, act: Act) -> bool:
    """End an alarm, and the pause that came with it; False when somebody else has done so."""
    rows = TelephonyAlarm.objects.in_directory(alarm.directory_id).filter(pk=alarm.pk)
    with transaction.atomic():
        if not rows.filter(lifted_at=None).update(lifted_at=timezone.now()):
            return False
        act.note_for(events.TelephonyAlarmLifted(country=alarm.country), alarm.directory_id)
    return True


def used_up(directory: Directory, budget: str, country: str) -> None:
    """Write down that a budget was used up, and tell the administrators; in a transaction."""
    _note(events.TelephonyBudgetUsedUp(budget=budget, country=country), directory)
    _tell(directory, country, "budget")


def sweep() -> int:
    """Delete sums, counters and alarms that nobody looks at any more; returns how many rows."""
    now = timezone.now()
    before = now - KEPT
    old = TelephonyPeriod.objects.filter(began_at__lt=before).delete()[0]
    old += TelephonyCount.objects.filter(day__lt=now.date() - DAY_OVER_EVERYWHERE).delete()[0]
    return old + TelephonyAlarm.objects.filter(lifted_at__lt=before).delete()[0]


def _settled() -> datetime:
    """Periods that began until then have no code left that could be answered."""
    return period_of(timezone.now()) - 2 * PERIOD


def _judge(directory: Directory, country: str, budget: TelephonyBudget) -> bool:
    alarms = TelephonyAlarm.objects.in_directory(directory).filter(country=country)
    if alarms.filter(lifted_at=None).exists():
        return False
    last = alarms.order_by("-lifted_at").first()
    lifted = last.lifted_at if last else None
    strange = [seen for seen in _seen(directory, country, lifted) if seen.is_strange(budget)]
    return bool(strange) and _raise(directory, country, budget, strange[0])


def _seen(directory: Directory, country: str, lifted: datetime | None) -> Iterable[_Seen]:
    until = _settled()
    periods = TelephonyPeriod.objects.in_directory(directory).filter(country=country)
    for hours in WINDOWS:
        since = until - timedelta(hours=hours)
        if lifted:
            since = max(since, lifted)
        rows = periods.filter(began_at__gt=since, began_at__lte=until)
        sums = rows.aggregate(sent=Sum("sent"), answered=Sum("answered"))
        yield _Seen(hours, sums["sent"] or 0, sums["answered"] or 0)


def _raise(directory: Directory, country: str, budget: TelephonyBudget, seen: _Seen) -> bool:
    paused = budget.pause_countries and country != directory.default_region
    facts: dict[str, Any] = {
        "hours": seen.hours,
        "sent": seen.sent,
        "answered": seen.answered,
        "paused": paused,
    }
    try:
        with transaction.atomic():
            TelephonyAlarm.objects.create(directory=directory, country=country, **facts)
            _note(events.TelephonyAlarmRaised(country=country, **facts), directory)
            _tell(directory, country, "paused" if paused else "alarm")
    except IntegrityError:
        return False  # another worker was faster
    return True


def _note(event: Event, directory: Directory) -> None:
    record(event, directory=directory.pk, client=Client.nowhere())


def _tell(directory: Directory, country: str, what: str) -> None:
    for person in administrators_of(directory):
        with override(person.wants_language):
            place = countries.name_of(country) if country else _("all countries")
        context = {"what": what, "country": place, "directory": directory.name}
        notify(person, Notice.TELEPHONY_ALARM, client=Client.nowhere(), context=context)
