"""The one row behind every password write and every unlock."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class Operation(models.TextChoices):
    RESET = "reset", _("new password")
    CHANGE = "change", _("changed password")
    UNLOCK = "unlock", _("unlock")


class Evidence(models.TextChoices):
    """What entitles somebody to a write; ``evidence_id`` names the very piece."""

    PROOFS = "proofs", _("checks passed")
    CURRENT_PASSWORD = "current_password", _("current password")
    STAFF_ACT = "staff_act", _("act of staff")


class Outcome(models.TextChoices):
    """PENDING until a store has answered. UNKNOWN: sent, and the answer was lost; being settled.
    VOID: it never reached a store and never will."""

    PENDING = "pending", _("under way")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    UNKNOWN = "unknown", _("not known yet")
    VOID = "void", _("never sent")


LIFE = timedelta(minutes=3)  # for a store to get it in
OPEN = (Outcome.PENDING, Outcome.UNKNOWN)
VAIN = (Outcome.REFUSED, Outcome.VOID)  # nothing changed, and the evidence is still good


class Write(InDirectory):
    """A password write or an unlock: what for, on which evidence, and how it ended.

    Inserted only by ``reset/kernel.py``, ``change/services.py`` and ``reset/assisted.py``; carried
    out only by ``writeback.services.write``. One piece of evidence carries one write, unless that
    was refused or never reached the store.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="writes", verbose_name=_("person")
    )
    operation = models.CharField(_("operation"), max_length=10, choices=Operation.choices)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence.choices)
    evidence_id = models.CharField(max_length=64)
    policy_fingerprint = models.CharField(max_length=64)
    history_length = models.PositiveSmallIntegerField(default=0)
    job_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField()
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PENDING
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("password write or unlock")
        verbose_name_plural = _("password writes and unlocks")
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(settled_at=None), name="write_unsettled"
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["evidence", "evidence_id"],
                condition=Q(outcome__in=["pending", "unknown", "done"]),
                name="one_write_per_evidence",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.job_id}: {self.outcome}"
