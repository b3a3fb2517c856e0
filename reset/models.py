"""Getting back in: attempts and what they have proved."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.reference import reference_of
from accounts.tenancy import InDirectory, TenantQuerySet
from reset.outcomes import Standing

LIFE = timedelta(minutes=15)  # of an attempt


class Goal(models.TextChoices):
    """What the person wants: a new password, or only an unlocked account."""

    RESET = "reset", _("new password")
    UNLOCK = "unlock", _("unlock")


class Ending(models.TextChoices):
    """How an attempt ended; exactly one, with exactly one event."""

    SUCCEEDED = "succeeded", _("succeeded")
    STOPPED = "stopped", _("stopped")
    EXPIRED = "expired", _("ran out of time")
    FAILED = "failed", _("failed")
    DENIED = "denied", _("denied")  # and told why
    OVERTAKEN = "overtaken", _("overtaken")  # by another one that set a password


def no_offers() -> list[dict[str, Any]]:
    return []


def nothing_shown() -> list[str]:
    return []


class Attempt(InDirectory):
    """One try to get back into an account.

    ``standing`` says whether it can be won, or why not (reset.outcomes). One that cannot walks
    through every step like any other, so no view, template or task has to tell the two apart;
    ``user`` is empty when none of its gates can be passed, and whoever passes one of such an
    attempt is told why there is no more to pass. ``name_key`` is a keyed hash of the name typed;
    limits count under it.
    ``offers`` are the checks this attempt may choose from, decided when it began:
    ``[{"method": slug, "way": slug, "hint": masked address, "factor": id or null}, …]``;
    ``chosen`` is the number of the one whose check is under way. ``proved_by`` is read from the
    proofs by ``steps.load``. ``shown`` are the pages whose first sight is recorded.
    ``needs_strong``: one gate has to be passed by passkey or app (reset.gates). ``ends_sessions``:
    a new password signs the person out everywhere. ``was_locked``: was the account, just before
    its unlock? Empty when nobody could say. ``password_as_of``: when the person's password had last
    been changed as the attempt began.
    """

    proved_by: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="attempts",
        verbose_name=_("person"),
    )
    name_key = models.BinaryField(max_length=32)
    policy = models.ForeignKey("accounts.Policy", models.SET_NULL, null=True, related_name="+")
    standing = models.CharField(max_length=40, default=Standing.READY)
    gates = models.PositiveSmallIntegerField(_("checks"))
    needs_strong = models.BooleanField(default=False)
    offers = models.JSONField(default=no_offers)
    may_unlock = models.BooleanField(default=False)
    goal = models.CharField(_("goal"), max_length=6, choices=Goal.choices, blank=True)
    from_known_browser = models.BooleanField(default=False)
    shown = models.JSONField(default=nothing_shown)
    language = models.CharField(max_length=12, default="en")
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    expires_at = models.DateTimeField()
    password_as_of = models.DateTimeField(null=True)
    chosen = models.PositiveSmallIntegerField(null=True)
    challenge = models.ForeignKey(
        "registration.Challenge", models.SET_NULL, null=True, related_name="+"
    )
    ends_sessions = models.BooleanField(default=True)
    was_locked = models.BooleanField(null=True)
    write = models.ForeignKey("writeback.Write", models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(_("ended"), null=True)
    ending = models.CharField(_("ending"), max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = _("attempt to get back in")
        verbose_name_plural = _("attempts to get back in")
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(closed_at=None), name="attempt_open")
        ]

    def __str__(self) -> str:
        return f"attempt {self.reference}"

    @property
    def proved(self) -> int:
        """How many gates are passed, as far as this object knows."""
        return len(self.proved_by)

    @property
    def is_too_late(self) -> bool:
        """Is its time over?"""
        return clock.is_over(self.expires_at, LIFE)

    @property
    def reference(self) -> str:
        """What a person can read to the helpdesk, like ``7F3K-2Q9D``."""
        return reference_of(self.id)


class Proof(InDirectory):
    """A passed gate. One method opens one gate of an attempt, and a challenge opens one gate."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="proofs")
    method = models.CharField(max_length=30)
    challenge = models.OneToOneField("registration.Challenge", models.PROTECT, related_name="proof")
    passed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "method"], name="one_gate_per_method")
        ]

    def __str__(self) -> str:
        return f"{self.method} for {self.attempt_id}"


class Likeness(models.Model):
    """What the people of a directory have, in numbers: what decoys are drawn from."""

    directory = models.OneToOneField(
        "accounts.Directory", models.CASCADE, primary_key=True, related_name="+"
    )
    shape = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return f"likeness of {self.directory_id}"


class Strain(models.Model):
    """How a directory stands whose accounts somebody is guessing at. No row: calm.

    It is strained as long as ``until`` lies ahead; ``wrong`` answers in the hour before were more
    than ``bound`` when that began. What was counted before ``restored_at`` counts no more: staff
    said so. ``helpdesk_only_at``: since when resets are left to the helpdesk, and whether
    ``by_hand``, which ends by hand only.
    """

    directory = models.OneToOneField(
        "accounts.Directory", models.CASCADE, primary_key=True, related_name="strain"
    )
    began_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    wrong = models.PositiveIntegerField(default=0)
    bound = models.PositiveIntegerField(default=0)
    restored_at = models.DateTimeField(null=True)
    helpdesk_only_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("guessing")
        verbose_name_plural = _("guessing")

    def __str__(self) -> str:
        return f"strain of {self.directory_id}"


class AnswerCount(InDirectory):
    """What strangers answered in ten minutes, spread over several rows that are summed up."""

    began_at = models.DateTimeField(db_index=True)
    shard = models.PositiveSmallIntegerField()
    wrong = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "began_at", "shard"], name="one_row_per_shard"
            )
        ]

    def __str__(self) -> str:
        return f"{self.wrong} wrong, {self.passed} passed from {self.began_at}"
