from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How often something was tried lately. ``key`` is a keyed hash: it names nobody."""

    key = models.BinaryField(primary_key=True, max_length=32)
    limit = models.CharField(_("limit"), max_length=60)
    directory = models.ForeignKey(
        "accounts.Directory", models.CASCADE, null=True, verbose_name=_("directory")
    )
    count = models.PositiveIntegerField(_("count"))
    resets_at = models.DateTimeField(_("ends"), db_index=True)
    first_at = models.DateTimeField(_("begun"), default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")

    def __str__(self) -> str:
        return f"{self.limit}: {self.count} until {self.resets_at}"
