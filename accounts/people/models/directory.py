"""Tenants and their domains."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.countries import validate_country
from accounts.languages import validate_language
from accounts.moments import validate_zone, zone_of
from accounts.people import names

MOST_REMINDERS = 5


def days_in(text: str) -> list[int]:
    """The numbers of days in ``"14, 7, 1"``; raises ValueError."""
    return [int(part) for part in text.split(",")] if text.strip() else []


def validate_days(text: str) -> None:
    """At most five different numbers of days, each from 1 to 60."""
    try:
        days = days_in(text)
    except ValueError:
        days = [0]
    if not all(1 <= day <= 60 for day in days) or not len(set(days)) == len(days) <= MOST_REMINDERS:
        raise ValidationError(_("Write up to five different numbers of days, from 1 to 60."))


COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour like #0b5563."))


class StoreKind(models.TextChoices):
    """Where a directory keeps the passwords of people who are not cloud-only."""

    CLOUD = "cloud", _("Cloud (kept here)")
    MEMORY = "memory", _("Memory (for trials: forgets on restart)")
    ACTIVE_DIRECTORY = "active_directory", "Active Directory"
    OPENLDAP = "openldap", "OpenLDAP"


ON_PREMISES = (StoreKind.ACTIVE_DIRECTORY, StoreKind.OPENLDAP)


class BotChallenge(models.TextChoices):
    """When a browser has to do some arithmetic before a reset begins."""

    OFF = "off", _("Never")
    STRAINED = "strained", _("While somebody is guessing")
    ALWAYS = "always", _("Always")


class Directory(models.Model):
    """A tenant: its domains, people, policies, branding and store."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    alias = models.CharField(
        _("alias"),
        max_length=15,
        blank=True,
        help_text=_("The short domain name in sign-in names like CORP\\alice."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Pages that do not know a person yet wear this directory's branding."),
    )
    store_kind = models.CharField(
        _("store"), max_length=20, choices=StoreKind.choices, default=StoreKind.CLOUD
    )
    language = models.CharField(
        _("language"), max_length=12, default="en", validators=[validate_language]
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="UTC", validators=[validate_zone]
    )
    default_region = models.CharField(
        _("country of telephone numbers"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_(
            "Two letters like GB (ISO 3166). Numbers written without a country code are taken to "
            "be of this country."
        ),
    )
    organization = models.CharField(_("organisation"), max_length=100, blank=True)
    primary_color = models.CharField(
        _("primary colour"), max_length=7, default="#0b5563", validators=[COLOR]
    )
    logo = models.BinaryField(blank=True, default=b"", editable=False)
    logo_dark = models.BinaryField(blank=True, default=b"", editable=False)
    helpdesk_phone = models.CharField(_("helpdesk phone"), max_length=40, blank=True)
    helpdesk_hours = models.CharField(_("helpdesk hours"), max_length=100, blank=True)
    administrators_may_reset = models.BooleanField(
        _("people with a role may reset"),
        default=True,
        help_text=_("They always pass two checks and never answer questions."),
    )
    password_max_age_days = models.PositiveSmallIntegerField(
        _("days until a password expires"),
        null=True,
        blank=True,
        validators=[MinValueValidator(14), MaxValueValidator(730)],
        help_text=_("Empty: passwords never expire, which is what NIST SP 800-63B asks for."),
    )
    password_reminder_days = models.CharField(
        _("days before that on which people are reminded"),
        max_length=40,
        default="14, 7, 1",
        blank=True,
        validators=[validate_days],
        help_text=_("Up to five numbers of days like 14, 7, 1. Empty: nobody is reminded."),
    )
    bot_challenge = models.CharField(
        _("proof of work before a reset"),
        max_length=8,
        choices=BotChallenge.choices,
        default=BotChallenge.STRAINED,
        help_text=_("The browser works for a moment by itself; nobody has to read a picture."),
    )
    helpdesk_only_when_guessed = models.BooleanField(
        _("leave resets to the helpdesk while somebody is guessing"),
        default=False,
        help_text=_("Otherwise resets go on, more slowly, when wrong answers pile up."),
    )
    lockout_threshold = models.PositiveSmallIntegerField(
        _("wrong passwords before a lock"),
        default=10,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    # after how many wrong passwords its own server locks an account; 0: never, or nobody knows
    lockout_there = models.PositiveSmallIntegerField(default=0, editable=False)
    lockout_there_at = models.DateTimeField(null=True, editable=False)
    lockout_seconds = models.PositiveIntegerField(
        _("seconds of the first lock"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
    )

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_directory"
            ),
            models.UniqueConstraint(
                fields=["alias"], condition=~Q(alias=""), name="alias_unique_when_set"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.alias = self.alias.upper()
        super().save(*args, **kwargs)

    @property
    def is_on_premises(self) -> bool:
        """Are its people's passwords kept by a directory server, which agents alone can reach?"""
        return self.store_kind in ON_PREMISES

    @property
    def wrong_passwords(self) -> int:
        """After how many a name is locked here: at the latest when half of those are used up that
        the directory's own server allows, so that nobody locks an account there through us."""
        if not self.is_on_premises or not self.lockout_there:
            return self.lockout_threshold
        return min(self.lockout_threshold, max(1, self.lockout_there // 2))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its people's moments are told in."""
        return zone_of(self.time_zone)

    @property
    def reminder_days(self) -> list[int]:
        """How many days before it expires a person is reminded of a password."""
        return days_in(self.password_reminder_days)

    @property
    def display_name(self) -> str:
        """The organisation's name, as people know it."""
        return self.organization or self.name


class Domain(models.Model):
    """A verified domain: the part of a user principal name after the @, unique per deployment."""

    directory = models.ForeignKey(Directory, models.CASCADE, related_name="domains")
    name = models.CharField(_("name"), max_length=48, unique=True)
    verified_at = models.DateTimeField(_("verified"), default=timezone.now)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = names.clean_domain(self.name)
