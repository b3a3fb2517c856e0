"""What a directory has sent to telephones today, for the people who answer for the bill."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import countries
from accounts.people.models import Directory
from registration.telephony.budgets import (
    TelephonyAlarm,
    TelephonyBudget,
    TelephonyPeriod,
    budget_of,
)
from registration.telephony.governor import Which, day_began, spent_today
from registration.telephony.models import MessageKind

_SUMS = ("sent", "answered", "held_back", "for_nobody", "units")


@dataclass(frozen=True, slots=True)
class Line:
    """What went to one country in one way. ``units`` includes nobody's."""

    country: str
    kind: str
    sent: int
    answered: int
    held_back: int
    for_nobody: int
    units: int


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a budget is spent."""

    label: str
    spent: int
    of: int

    @property
    def percent(self) -> int:
        return min(100, self.spent * 100 // self.of) if self.of else 100


@dataclass(frozen=True, slots=True)
class Alarm:
    row: TelephonyAlarm
    country: str


@dataclass(frozen=True, slots=True)
class Today:
    directory: Directory
    began: datetime
    lines: list[Line]
    uses: list[Use]
    alarms: list[Alarm]
    allowed: str


def today(directory: Directory) -> Today:
    """Counts, budgets and alarms of one directory; some queries, and one for each country."""
    budget, began = budget_of(directory), day_began(directory)
    rows = TelephonyPeriod.objects.in_directory(directory).filter(began_at__gte=began)
    grouped = rows.values("country", "kind").order_by("country", "kind")
    sums = list(grouped.annotate(**{f"all_{name}": Sum(name) for name in _SUMS}))
    codes = sorted({row["country"] for row in sums})
    return Today(
        directory=directory,
        began=began,
        lines=[_line(row) for row in sums],
        uses=_uses(directory, budget, codes),
        alarms=_alarms(directory),
        allowed=_allowed(directory, budget),
    )


def _line(row: Any) -> Line:
    sums = {name: row[f"all_{name}"] for name in _SUMS}
    kind = str(MessageKind(row["kind"]).label)
    return Line(country=countries.name_of(row["country"]), kind=kind, **sums)


def _uses(directory: Directory, budget: TelephonyBudget, codes: list[str]) -> list[Use]:
    whole = Use(
        _("The whole directory"), spent_today(directory, Which.DIRECTORY), budget.per_directory
    )
    others = [
        Use(
            countries.name_of(code),
            spent_today(directory, Which.COUNTRY, code),
            budget.per_country,
        )
        for code in codes
        if code != directory.default_region
    ]
    return [whole, *others]


def _alarms(directory: Directory) -> list[Alarm]:
    rows = TelephonyAlarm.objects.in_directory(directory).filter(lifted_at=None)
    return [Alarm(row, countries.name_of(row.country)) for row in rows.order_by("raised_at")]


def _allowed(directory: Directory, budget: TelephonyBudget) -> str:
    """The countries that get anything, in words."""
    if budget.countries and budget.allows("", ""):
        return _("every country")
    if budget.countries:
        return ", ".join(sorted(countries.name_of(code) for code in budget.countries))
    home = directory.default_region
    return countries.name_of(home) if home else _("every country")
