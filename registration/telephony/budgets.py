"""What may be spent on texts and calls, what was spent, and what looked wrong.

A unit is one text; a call costs several. Counters stand under keyed hashes and name nobody;
periods hold sums of ten minutes, so that no table grows with the traffic.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.people.models import Directory
from accounts.tenancy import InDirectory, TenantQuerySet

EVERYWHERE = "*"
PERIOD = timedelta(minutes=10)  # a code lives as long: a period is judged when it has none left


def _a_day(most: int = 1_000_000) -> list[Any]:
    return [MinValueValidator(0), MaxValueValidator(most)]


def validate_countries(listed: Any) -> None:
    """A list of country codes, or of * alone."""
    if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
        raise ValidationError(_("Countries are a list of their codes, like GB."), "countries")
    if listed == [EVERYWHERE]:
        return
    for code in listed:
        countries.validate_country(code)
    if len(set(listed)) != len(listed):
        raise ValidationError(_("A country is listed twice."), "countries")


class TelephonyBudget(models.Model):
    """What a directory may spend on telephones in a day. No row: everything as by default."""

    directory = models.OneToOneField(
        Directory, models.CASCADE, primary_key=True, related_name="telephony_budget"
    )
    countries = models.JSONField(
        _("countries"),
        default=list,
        blank=True,
        validators=[validate_countries],
        help_text=_(
            "Where texts and calls may go. Nothing chosen: the directory’s own country, or every "
            "one while it has none."
        ),
    )
    call_cost = models.PositiveSmallIntegerField(
        _("texts a call counts for"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    per_person = models.PositiveIntegerField(
        _("texts a day for one person"), default=15, validators=_a_day()
    )
    per_number = models.PositiveIntegerField(
        _("texts a day to one number"), default=15, validators=_a_day()
    )
    per_network = models.PositiveIntegerField(
        _("texts a day asked for from one network"), default=200, validators=_a_day()
    )
    per_country = models.PositiveIntegerField(
        _("texts a day to one other country"), default=100, validators=_a_day()
    )
    per_directory = models.PositiveIntegerField(
        _("texts a day for the whole directory"), default=1000, validators=_a_day()
    )
    alarm_percent = models.PositiveSmallIntegerField(
        _("alarm when fewer codes are answered (percent)"),
        default=30,
        validators=[MaxValueValidator(95)],
        help_text=_("People answer most codes; machines that earn by texts answer none. 0: never."),
    )
    alarm_volume = models.PositiveIntegerField(
        _("codes sent before there is an alarm"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(100_000)],
    )
    pause_countries = models.BooleanField(
        _("pause a country on an alarm"),
        default=True,
        help_text=_("Until somebody lifts it. The directory’s own country is never paused."),
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephony budget")
        verbose_name_plural = _("telephony spending")

    def __str__(self) -> str:
        return str(self.directory)

    def allows(self, country: str, home: str) -> bool:
        """May anything be sent to this country? ``home`` is the directory's own."""
        if not self.countries:
            return not home or country == home
        return self.countries == [EVERYWHERE] or country in self.countries

    def cost(self, kind: str) -> int:
        """How many units a text or a call is."""
        return self.call_cost if kind == "call" else 1


class TelephonyCount(models.Model):
    """The units one budget has spent today. ``key`` is a keyed hash: it names nobody."""

    key = models.BinaryField(primary_key=True, max_length=32)
    day = models.DateField(db_index=True)
    units = models.PositiveIntegerField()
    told = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.units} on {self.day}"


class TelephonyPeriod(InDirectory):
    """What ten minutes brought in one country: ``answered`` counts where the code was sent."""

    began_at = models.DateTimeField()
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=4)
    sent = models.PositiveIntegerField(default=0)
    for_nobody = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    units = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "began_at", "country", "kind"], name="one_row_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.kind} {self.began_at}"


class TelephonyAlarm(InDirectory):
    """Too few of the codes sent to a country were answered; open until somebody lifts it."""

    country = models.CharField(_("country"), max_length=2)
    hours = models.PositiveSmallIntegerField()
    sent = models.PositiveIntegerField(_("sent"))
    answered = models.PositiveIntegerField(_("answered"))
    paused = models.BooleanField(_("paused"))
    raised_at = models.DateTimeField(_("since"), default=timezone.now)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "country"],
                condition=Q(lifted_at=None),
                name="one_open_alarm_per_country",
            )
        ]

    def __str__(self) -> str:
        return f"alarm about {self.country}"


def budget_of(directory: Directory) -> TelephonyBudget:
    """What a directory may spend; the defaults while nobody has said anything."""
    rows = TelephonyBudget.objects.in_directory(directory)
    return rows.first() or TelephonyBudget(directory=directory)


def period_of(moment: datetime) -> datetime:
    """When the period of a moment began."""
    return moment - timedelta(
        minutes=moment.minute % 10, seconds=moment.second, microseconds=moment.microsecond
    )
