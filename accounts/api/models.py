"""Tokens: what a program shows to be let into the API."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Role
from accounts.tenancy import InDirectory


class Scope(models.TextChoices):
    """What a token may be used for; never more than the role it acts with."""

    PEOPLE_READ = "people:read", _("Read people, their methods (masked) and their coverage")
    FACTORS_WRITE = "factors:write", _("Set and remove methods; people confirm what was set")
    FACTORS_CONFIRM = "factors:confirm", _("Set methods that count without being confirmed")


class ApiToken(InDirectory):
    """A token of one directory. Its text is shown once; a keyed hash of it is all that is kept.

    It acts as ``created_by``, with the ``role`` they had: without either it is worth nothing.
    ``last_used_at`` is kept to the hour.
    """

    name = models.CharField(_("name"), max_length=60)
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    role = models.CharField(_("acts as"), max_length=30, choices=Role.choices, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("made by"),
        editable=False,
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("ends"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends"
            )
        ]

    def __str__(self) -> str:
        return self.name
