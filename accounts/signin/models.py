"""Signing in: sessions, lockouts and the browsers people are known by."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class Session(models.Model):
    """A session on the server. The cookie's key is kept only as a keyed hash.

    The columns beside the data say whose it is, so that a person's sessions can be listed, and
    ended in one statement.
    """

    session_key = models.CharField(max_length=40, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=10, blank=True)
    network = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return f"session of {self.user_id}"

    def get_decoded(self) -> dict[str, Any]:
        """What the session holds."""
        engine = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        found: dict[str, Any] = engine().decode(self.session_data)
        return found


class Lockout(models.Model):
    """Wrong passwords for one name, from known browsers or from all others.

    ``key`` is a keyed hash of the name, so that names that are nobody's lock alike. ``recent``
    holds short peppered tags of the last wrong passwords: repeating one is not counted again.
    """

    key = models.BinaryField(max_length=32)
    known_browser = models.BooleanField(_("known browser"))
    failures = models.PositiveIntegerField(_("wrong passwords"), default=0)
    locks = models.PositiveSmallIntegerField(_("locks"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True)
    recent = models.JSONField(default=list)
    changed_at = models.DateTimeField(_("last try"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("locked sign-in")
        verbose_name_plural = _("locked sign-ins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "known_browser"], name="one_lockout_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.failures} failures, {self.locks} locks"


class KnownBrowser(InDirectory):
    """A browser somebody has signed in from. Only the hash of its token is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="browsers")
    token_hash = models.CharField(max_length=64)
    first_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "token_hash"], name="one_known_browser")
        ]

    def __str__(self) -> str:
        return f"browser of {self.user_id}"
