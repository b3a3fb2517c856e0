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
    unreadable without breaking the chain.

    Every index ends in ``-at, -id``, the order of every list: a page is read off the index,
    however old it is."""

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
            models.Index(fields=["directory", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["directory", "subject", "-at", "-id"], name="audit_by_subject"),
            models.Index(fields=["directory", "kind", "-at", "-id"], name="audit_by_kind"),
            models.Index(fields=["directory", "outcome", "-at", "-id"], name="audit_by_outcome"),
            models.Index(fields=["attempt"], name="audit_by_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


class Seal(models.Model):
    """A link of the chain: the digest of one batch of records and of the seal before it.

    ``mac`` is keyed with a key the database does not have, so whoever can write to the database
    alone cannot make a chain that verifies. A seal with ``purged_at`` is an anchor: its records
    were purged, and the chain begins with its digest.
    """

    position = models.PositiveBigIntegerField(unique=True)
    made_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()
    digest = models.BinaryField()
    mac = models.BinaryField()
    purged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"seal {self.position}"


class SealedRecord(models.Model):
    """Which seal holds a record, and the digest of the record at that time."""

    record = models.OneToOneField(
        AuditRecord, models.CASCADE, primary_key=True, related_name="sealed", db_constraint=False
    )
    seal = models.ForeignKey(Seal, models.CASCADE, related_name="records")
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.record_id} in {self.seal_id}"


class UnsealedRecord(models.Model):
    """A record that waits for its seal: the tail of the trail.

    A database trigger writes these rows, in the transaction of the record itself, so a record
    whose transaction ends late is not overlooked, whatever its number.
    """

    record = models.OneToOneField(
        AuditRecord, models.CASCADE, primary_key=True, related_name="unsealed", db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.record_id}, not sealed yet"
