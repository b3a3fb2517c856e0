"""The audit trail: what happened, typed, append-only and sealed."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.tenancy import InDirectory


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"
    NOTED = "noted"


class AuditRecord(InDirectory):
    """One event. Never updated and never deleted, but by ``audit purge`` (a database trigger
    holds that). ``body`` is the event's canonical JSON as it was sealed; ``personal`` holds what
    names or locates a person, encrypted under that person's own key, so that it can be made
    unreadable without breaking the chain."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    attempt = models.UUIDField(null=True)
    method = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=12, blank=True)
    device = models.CharField(max_length=10, blank=True)
    network = models.CharField(max_length=50, blank=True)
    body = models.BinaryField()
    personal = models.BinaryField(blank=True, default=b"")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["directory", "-id"], name="audit_newest"),
            models.Index(fields=["directory", "subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["directory", "kind", "-id"], name="audit_by_kind"),
            models.Index(fields=["directory", "at"], name="audit_by_time"),
            models.Index(fields=["attempt"], name="audit_by_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


class Seal(models.Model):
    """A link of the chain: the digest of one batch of records and of the seal before it."""

    position = models.PositiveBigIntegerField(unique=True)
    made_at = models.DateTimeField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"seal {self.position}"


class SealedRecord(models.Model):
    """Which seal holds a record. A record without one is the unsealed tail."""

    record = models.OneToOneField(
        AuditRecord, models.CASCADE, primary_key=True, related_name="sealed", db_constraint=False
    )
    seal = models.ForeignKey(Seal, models.CASCADE, related_name="records")

    def __str__(self) -> str:
        return f"{self.record_id} in {self.seal_id}"
