"""What was sent to telephones: that it was, by whom, what became of it and what it cost."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class MessageKind(models.TextChoices):
    TEXT = "text", _("text message")
    CALL = "call", _("call")


class Status(models.TextChoices):
    """*queued*: about to be handed over; *sent*: a provider has taken it; *unknown*: it was handed
    over and no answer came."""

    QUEUED = "queued", _("waiting")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("not known")


class Message(InDirectory):
    """One handing over of a message to one provider. Holds neither the number nor the text.

    ``number_hash`` shows that two messages went to the same number, and not to which;
    ``prefix`` is its country's (+44). ``sid`` is the provider's name for the message.
    ``next_look_at`` is when the provider is asked what became of it, if it has not said so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(
        "registration.Challenge", models.SET_NULL, null=True, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=4, choices=MessageKind.choices)
    provider = models.CharField(_("provider"), max_length=30)
    sid = models.CharField(max_length=64, blank=True)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.QUEUED
    )
    error = models.CharField(_("error"), max_length=20, blank=True)
    number_hash = models.BinaryField(max_length=32)
    prefix = models.CharField(_("country"), max_length=5, blank=True)
    segments = models.PositiveSmallIntegerField(_("parts"), default=1)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=5, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message to a telephone")
        verbose_name_plural = _("messages to telephones")
        indexes: ClassVar = [
            models.Index(fields=["directory", "created_at"], name="message_by_time"),
            models.Index(
                fields=["next_look_at"],
                condition=Q(next_look_at__isnull=False),
                name="message_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
