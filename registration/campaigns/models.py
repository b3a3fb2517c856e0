"""A campaign, and its letters: one row for everybody it is about."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class Kind(models.TextChoices):
    """What is written. The value names the templates: ``templates/email/campaign_<value>.*``."""

    ANNOUNCE = "announce", _("Announce: it is coming")
    AVAILABLE = "available", _("Available: it can be used now")
    REMIND = "remind", _("Remind: those who have not registered")


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody who may reset")
    GROUP = "group", _("A group")
    NOT_CAPABLE = "not_capable", _("Those who may reset and have not registered")


class CampaignState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("done")


OPEN = (CampaignState.RUNNING, CampaignState.PAUSED)


class LetterState(models.TextChoices):
    """*posted*: in the outbox; *sending*: in the hands of one worker, who may have died with it."""

    WAITING = "waiting", _("waiting")
    POSTED = "posted", _("in the outbox")
    SENDING = "sending", _("on its way")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("skipped")


UNDER_WAY = (LetterState.WAITING, LetterState.POSTED, LetterState.SENDING)


class Reason(models.TextChoices):
    """Why somebody gets no letter, or a letter failed."""

    DISABLED = "disabled", _("account disabled")
    NO_ADDRESS = "no_address", _("no work email")
    OUT_OF_SCOPE = "out_of_scope", _("reset is not switched on for them")
    REGISTERED = "registered", _("registered already")
    WRITTEN_OFF = "written_off", _("written off")
    REFUSED = "refused", _("the mail server refused the address")
    RETURNED = "returned", _("it came back")
    UNKNOWN = "unknown", _("may have arrived; not sent again")


class Campaign(InDirectory):
    """One letter to many. People are listed first (``listed_up_to`` is the last one's key, until
    ``listed_at``); then a wave leaves whenever ``next_wave_at`` has come."""

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    audience = models.CharField(
        _("audience"), max_length=11, choices=Audience.choices, default=Audience.EVERYBODY
    )
    group = models.ForeignKey(
        "accounts.Group", models.SET_NULL, null=True, blank=True, verbose_name=_("group")
    )
    wave = models.PositiveIntegerField(
        _("letters in a wave"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    per_hour = models.PositiveIntegerField(
        _("letters an hour"),
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("At most. A helpdesk is called by those who get a letter."),
    )
    state = models.CharField(
        _("state"), max_length=7, choices=CampaignState.choices, default=CampaignState.RUNNING
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    listed_up_to = models.BigIntegerField(default=0)
    listed_at = models.DateTimeField(null=True)
    next_wave_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "kind"],
                condition=Q(state__in=["running", "paused"]),
                name="one_open_campaign_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class CampaignLetter(InDirectory):
    """What one person gets of a campaign. No address is kept: it is read when the letter leaves.

    ``sent_at`` is the moment in the mark of the mail (accounts.returns).
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="letters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=LetterState.choices, default=LetterState.WAITING)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["campaign", "state"], name="letters_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_letter_each")
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} of campaign {self.campaign_id}"
