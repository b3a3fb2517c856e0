"""The one row behind every password write and every unlock; and the agents they go through."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory
from writeback.agent.notes import is_name
from writeback.doctor.models import Diagnosis
from writeback.synchronisation.models import Absence, Quarantine, SynchronisationRun

__all__ = [
    "Absence",
    "Agent",
    "Diagnosis",
    "Evidence",
    "Operation",
    "Outage",
    "Outcome",
    "Quarantine",
    "SynchronisationRun",
    "Write",
]


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
    was refused or never reached the store. ``agent`` is the one it was sent to: nobody else can
    know what became of it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="writes", verbose_name=_("person")
    )
    operation = models.CharField(_("operation"), max_length=10, choices=Operation.choices)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence.choices)
    evidence_id = models.CharField(max_length=64)
    policy_fingerprint = models.CharField(max_length=64)
    must_change = models.BooleanField(_("must change password"), default=False)
    history_length = models.PositiveSmallIntegerField(default=0)
    job_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agent = models.CharField(_("agent"), max_length=40, blank=True)
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


def _agent_name(text: str) -> None:
    """It becomes part of keys in a broker."""
    if not is_name(text):
        raise ValidationError(_("Use small letters a to z, digits and hyphens only."), "name")


class Agent(InDirectory):
    """A process beside an organisation's directory server, and the keys it is known by.

    Made with a ticket (``code_hash``, good for a short time and once); an application with it
    brings the keys; a person compares fingerprints and confirms. Only then, and until it is
    revoked, anything is sealed to it. A name is never given twice. ``sequence``, ``seen_at`` and
    what follows are from its heartbeats: ``clock_ahead`` of ours, in milliseconds; ``opening``: the
    key to seal to. ``voucher`` is our keyed hash of both keys: whoever can only write to the
    database cannot put others in their place.
    """

    name = models.CharField(_("name"), max_length=40, validators=[_agent_name])
    code_hash = models.BinaryField(max_length=32, null=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    signer = models.CharField(max_length=64, blank=True, editable=False)
    opening = models.CharField(max_length=64, blank=True, editable=False)
    voucher = models.BinaryField(max_length=32, default=b"", editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    sequence = models.BigIntegerField(default=0, editable=False)
    seen_at = models.DateTimeField(_("last heard"), null=True, editable=False)
    clock_ahead = models.BigIntegerField(default=0, editable=False)
    is_well = models.BooleanField(default=False, editable=False)
    version = models.CharField(_("version"), max_length=20, blank=True, editable=False)
    journal_began_at = models.DateTimeField(null=True, editable=False)
    knows_our_keys = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "name"],
                name="agent_name_unique_in_directory",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Outage(InDirectory):
    """The breaker of one directory: that it could not be asked of late. ``until``: nobody tries
    before; ``lost``: answers in a row that did not come. No row: all is well."""

    until = models.DateTimeField(null=True)
    lost = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory"], name="one_outage_per_directory")
        ]

    def __str__(self) -> str:
        return f"{self.directory_id}: {self.until}"
