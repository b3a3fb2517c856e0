"""What the links "this was not me" in messages lead to."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class Denial(models.TextChoices):
    """What came of saying so.

    STOPPED: an attempt was under way, and it is over. OVER: it had ended before, and nothing had
    changed. VOID: a code is worthless now. BLOCKED: something was done already, so the account
    cannot be reset any more until staff allow it again.
    """

    STOPPED = "stopped"
    OVER = "over"
    VOID = "void"
    BLOCKED = "blocked"


class NotMeLink(InDirectory):
    """One thing that a person was told of and may say was not them.

    ``about``: a kind of notice, or "code"; then ``challenge`` is the question the code answers.
    The link's token follows from ``id`` and the deployment's key; of the token only a keyed hash
    is kept, so that whoever reads the database has no link.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_key = models.BinaryField(max_length=32, unique=True)
    about = models.CharField(max_length=30)
    challenge = models.UUIDField(null=True, unique=True)
    reference = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    denied_at = models.DateTimeField(null=True)
    denial = models.CharField(max_length=10, choices=Denial.choices, blank=True)

    class Meta:
        verbose_name = _("link of a message")
        verbose_name_plural = _("links of messages")
        indexes: ClassVar = [models.Index(fields=["user"], name="not_me_link_of_user")]

    def __str__(self) -> str:
        return f"about {self.about}"
