"""The spend governor: nothing goes to a telephone before it has been admitted here.

All budgets that a message falls under are counted in one transaction, or none of them: each by
one conditional statement, always in the same order. Of what a directory, a country or the whole
deployment may spend, the last fifth is kept for browsers that people have signed in with before,
so that strangers cannot use it up. Nobody is counted like somebody, under keys of the caller's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.crypto import keyed_hash
from accounts.people.models import Directory
from registration.telephony import alarms, numbers
from registration.telephony.budgets import (
    TelephonyAlarm,
    TelephonyBudget,
    TelephonyCount,
    budget_of,
    period_of,
)
from registration.telephony.kinds import earns_money
from registration.telephony.numbers import Number, country_of, from_canonical

RESERVE = 5  # one in so many units is kept for known browsers

_COUNT = """
INSERT INTO registration_telephonycount ("key", day, units, told)
VALUES (%(key)s, %(day)s, %(cost)s, FALSE)
ON CONFLICT ("key") DO UPDATE SET units = registration_telephonycount.units + excluded.units
WHERE registration_telephonycount.units + excluded.units <= %(cap)s
RETURNING units
"""
_ADD = """
INSERT INTO registration_telephonyperiod
  (directory_id, began_at, country, kind, sent, for_nobody, answered, held_back, units)
VALUES (%(directory)s, %(began)s, %(country)s, %(kind)s, %(sent)s, %(for_nobody)s, %(answered)s,
        %(held_back)s, %(units)s)
ON CONFLICT (directory_id, began_at, country, kind) DO UPDATE SET
  sent = registration_telephonyperiod.sent + excluded.sent,
  for_nobody = registration_telephonyperiod.for_nobody + excluded.for_nobody,
  answered = registration_telephonyperiod.answered + excluded.answered,
  held_back = registration_telephonyperiod.held_back + excluded.held_back,
  units = registration_telephonyperiod.units + excluded.units
"""


class Which(StrEnum):
    """What stands in the way of a message."""

    PERSON = "person"
    NUMBER = "number"
    NETWORK = "network"
    COUNTRY = "country"
    DIRECTORY = "directory"
    DEPLOYMENT = "deployment"
    NOT_ALLOWED = "not_allowed"
    PAUSED = "paused"
    PREMIUM = "premium"


# What another number, of the same person and the same mask, might not have met.
OF_THE_NUMBER = {Which.NUMBER, Which.NOT_ALLOWED, Which.PAUSED, Which.PREMIUM}


@dataclass(frozen=True, slots=True)
class Admitted:
    """The message may be sent, and has been counted where that was asked."""

    allowed = True
    which: None = None
    until: None = None


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The message must not be sent. ``until``: when it may be; None while no day will change it."""

    which: Which
    until: datetime | None = None
    allowed = False


@dataclass(frozen=True, slots=True)
class _Counter:
    """One budget of one day. ``until`` is when its day ends."""

    which: Which
    key: bytes
    cap: int
    day: date
    until: datetime

    def values(self, cost: int) -> dict[str, Any]:
        return {"key": self.key, "day": self.day, "cost": cost, "cap": self.cap}


@dataclass(frozen=True, slots=True)
class _Request:
    directory: Directory
    person_key: str
    number_key: str
    country: str
    network: str
    kind: str
    known: bool


def admit(
    *,
    directory: Directory,
    person_key: str,
    number_e164: str,
    network: str,
    kind: str,
    known: bool = False,
    country: str = "",
    real: bool = True,
) -> Admitted | OverBudget:
    """Count one message in every budget it falls under, or in none when one is used up.

    Call it outside any transaction, before each handing over to a provider. ``number_e164`` is
    the stored form of a number; for nobody (``real=False``) a key that stands for one, with the
    ``country`` its mask shows. ``kind`` is text or call; ``known`` a browser the person has
    signed in with before.
    """
    budget = budget_of(directory)
    country = _country_of(number_e164, country, budget, directory.default_region)
    asked = _Request(directory, person_key, number_e164, country, network, kind, known)
    refusal = _refused(asked, budget, number_e164) or _count_all(asked, budget)
    if refusal:
        _add(asked, held_back=1)
        if refusal.which in {Which.COUNTRY, Which.DIRECTORY}:
            _tell_once(asked, budget, refusal.which)
        return refusal
    _add(asked, sent=int(real), for_nobody=int(not real), units=budget.cost(kind))
    return Admitted()


def consult(
    *,
    directory: Directory,
    person_key: str,
    number_e164: str,
    network: str,
    kind: str,
    known: bool = False,
    country: str = "",
) -> Admitted | OverBudget:
    """What ``admit`` would say, counting nothing: before a method is offered or chosen."""
    budget = budget_of(directory)
    country = _country_of(number_e164, country, budget, directory.default_region)
    asked = _Request(directory, person_key, number_e164, country, network, kind, known)
    refusal = _refused(asked, budget, number_e164)
    if refusal:
        return refusal
    counters = list(_counters(asked, budget))
    keys = [counter.key for counter in counters]
    rows = TelephonyCount.objects.filter(key__in=keys).values_list("key", "units")
    spent = {bytes(key): units for key, units in rows}
    for counter in counters:
        if spent.get(counter.key, 0) + budget.cost(kind) > counter.cap:
            return OverBudget(counter.which, counter.until)
    return Admitted()


def answered(*, directory: Directory, country: str, kind: str, sent_at: datetime) -> None:
    """Count a code that came back right, where it was sent."""
    asked = _Request(directory, "", "", country, "", kind, known=False)
    _add(asked, sent_at, answered=1)


def check_country(number: Number, directory: Directory) -> None:
    """Refuse to register a number in a country that nothing is sent to; raises ValidationError."""
    country = country_of(number)
    if not budget_of(directory).allows(country, directory.default_region):
        raise ValidationError(
            _("Your organisation sends nothing to %(country)s. Use another number."),
            "country_not_allowed",
            {"country": countries.name_of(country)},
        )


def spent_today(directory: Directory, which: Which, country: str = "") -> int:
    """The units that a budget of the directory has spent today."""
    asked = _Request(directory, "", "", country, "", "text", known=False)
    counters = _counters(asked, budget_of(directory))
    key = next((counter.key for counter in counters if counter.which is which), b"")
    row = TelephonyCount.objects.filter(key=key).first()
    return row.units if row else 0


def day_began(directory: Directory) -> datetime:
    """When the directory's day began."""
    return _began(timezone.localdate(timezone=directory.zone), directory.zone)


def _country_of(number: str, masked: str, budget: TelephonyBudget, home: str) -> str:
    """Whose number it is. A mask tells countries with one calling code not apart: then it is the
    directory's own, or else one that messages may go to, where there is such."""
    if number.startswith("+"):
        return country_of(from_canonical(number))
    alike = sorted(numbers.alike(masked or home), key=lambda code: code != home)
    return next((code for code in alike if budget.allows(code, home)), masked or home)


def _refused(asked: _Request, budget: TelephonyBudget, number: str) -> OverBudget | None:
    """What no other day would change."""
    if not budget.allows(asked.country, asked.directory.default_region):
        return OverBudget(Which.NOT_ALLOWED)
    alarm = TelephonyAlarm.objects.in_directory(asked.directory)
    if alarm.filter(country=asked.country, lifted_at=None, paused=True).exists():
        return OverBudget(Which.PAUSED)
    if number.startswith("+") and earns_money(from_canonical(number)):
        return OverBudget(Which.PREMIUM)
    return None


def _count_all(asked: _Request, budget: TelephonyBudget) -> OverBudget | None:
    cost = budget.cost(asked.kind)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for counter in _counters(asked, budget):
            if cost <= counter.cap:
                cursor.execute(_COUNT, counter.values(cost))
            if cost > counter.cap or cursor.fetchone() is None:
                transaction.set_rollback(True)
                return OverBudget(counter.which, counter.until)
    return None


def _counters(asked: _Request, budget: TelephonyBudget) -> Iterator[_Counter]:
    """The budgets of a message, hot ones last: their rows are locked the shortest."""
    tenant = str(asked.directory.pk)
    apart = "known" if asked.known else ""
    zone = asked.directory.zone

    def counter(which: Which, cap: int, *who: str, zone: tzinfo = zone) -> _Counter:
        day = timezone.localdate(timezone=zone)
        key = keyed_hash("telephony", which, day.isoformat(), *who)
        return _Counter(which, key, cap, day, _began(day + timedelta(days=1), zone))

    yield counter(Which.PERSON, budget.per_person, tenant, asked.person_key, apart)
    yield counter(Which.NUMBER, budget.per_number, tenant, asked.number_key, apart)
    yield counter(Which.NETWORK, budget.per_network, tenant, asked.network, apart)
    if asked.country != asked.directory.default_region:
        cap = _open_to(asked, budget.per_country)
        yield counter(Which.COUNTRY, cap, tenant, asked.country)
    yield counter(Which.DIRECTORY, _open_to(asked, budget.per_directory), tenant)
    most = _open_to(asked, settings.TELEPHONY_DAILY_BUDGET)
    yield counter(Which.DEPLOYMENT, most, zone=UTC)


def _open_to(asked: _Request, cap: int) -> int:
    """What of a shared budget this message may use."""
    return cap if asked.known else cap - cap // RESERVE


def _began(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _add(asked: _Request, at: datetime | None = None, **columns: int) -> None:
    began = period_of(at or timezone.now())
    values: dict[str, Any] = {
        "directory": asked.directory.pk,
        "began": connection.ops.adapt_datetimefield_value(began),
        "country": asked.country,
        "kind": asked.kind,
        **dict.fromkeys(("sent", "for_nobody", "answered", "held_back", "units"), 0),
        **columns,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)


def _tell_once(asked: _Request, budget: TelephonyBudget, which: Which) -> None:
    """The administrators hear of a used-up budget once a day."""
    key = next(found.key for found in _counters(asked, budget) if found.which is which)
    with transaction.atomic():
        if TelephonyCount.objects.filter(key=key, told=False).update(told=True):
            country = asked.country if which is Which.COUNTRY else ""
            alarms.used_up(asked.directory, which, country)
