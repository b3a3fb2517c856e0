"""What synchronisation did, whom it has no place for, and whom it switched off."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class RunOutcome(models.TextChoices):
    """ASKS: all is done but the deletions, of which there were too many to believe."""

    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    ASKS = "asks", _("waits for your consent to the deletions")
    AWAY = "away", _("the directory could not be reached")
    REFUSED = "refused", _("refused by the directory")
    CUT_OFF = "cut_off", _("cut off in the middle")


class SynchronisationRun(InDirectory):
    """One run. ``mark`` is where the next one goes on; ``counts`` how many of what there were.

    ``alive_at`` moves on while it lasts: a run that stands still is dead, and makes way.
    ``reason`` is a key of ``synchronisation.words.REASONS``.
    """

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=RunOutcome.choices, default=RunOutcome.RUNNING
    )
    reason = models.CharField(max_length=20, blank=True)
    whole = models.BooleanField(_("everything read"), default=False)
    mark = models.CharField(max_length=80, blank=True)
    counts = models.JSONField(default=dict)
    accepted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("synchronisation")
        verbose_name_plural = _("synchronisations")
        indexes: ClassVar = [models.Index(fields=["directory", "-started_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory"],
                condition=Q(outcome="running"),
                name="one_synchronisation_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"synchronisation {self.pk}: {self.outcome}"


class Fault(models.TextChoices):
    """Why an account or a group of the directory server has no counterpart here."""

    NO_NAME = "no_name", _("has no user ID")
    UNUSABLE = "unusable", _("has a user ID that cannot be one here")
    DOMAIN = "domain", _("belongs to a domain that is not this directory's")
    TAKEN = "taken", _("has the user ID of somebody else here")
    GROUP_TAKEN = "group_taken", _("is a group with the name of another one here")


class Quarantine(InDirectory):
    """An account or a group that was read and could not be taken over, until it can."""

    anchor = models.CharField(max_length=36)
    name = models.CharField(_("name"), max_length=254, blank=True)
    fault = models.CharField(_("why"), max_length=20, choices=Fault.choices)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("account not taken over")
        verbose_name_plural = _("accounts not taken over")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory", "anchor"], name="one_quarantine")
        ]

    def __str__(self) -> str:
        return f"{self.anchor}: {self.fault}"


class AbsenceKind(models.TextChoices):
    DISABLED = "disabled", _("disabled in the directory")
    GONE = "gone", _("gone from the directory")


class Absence(InDirectory):
    """Somebody whom the directory server disabled, or has no more, and who is disabled here for it.

    ``restores``: they were enabled here before, and are again when the directory says so. Whom
    staff disabled stays disabled.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absence")
    kind = models.CharField(max_length=10, choices=AbsenceKind.choices)
    restores = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
