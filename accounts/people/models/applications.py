"""Links that people find on their start page."""

import re
from typing import ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.people.models.groups import Group
from accounts.tenancy import InDirectory

_NOT_IN_ADDRESSES = re.compile(r"[\s<>\"'`\\\x00-\x1f\x7f]")


def validate_address(value: str) -> None:
    """An https address a browser opens and never runs, and that names nobody's password."""
    refusal = ValidationError(_("Write an address that starts with https://."), "address")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise refusal from None
    if parts.scheme != "https" or not parts.hostname or port == 0 or "@" in parts.netloc:
        raise refusal
    if _NOT_IN_ADDRESSES.search(value):
        raise refusal


class Application(InDirectory):
    """Something people open once they are signed in: for some groups, or for everybody.

    ``initial`` is the letter or two on its tile; empty: the first of its name.
    """

    name = models.CharField(_("name"), max_length=60)
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[validate_address],
        help_text=_("Starts with https://."),
    )
    description = models.CharField(_("short description"), max_length=120, blank=True)
    initial = models.CharField(
        pgettext_lazy("initials on a tile", "letters"),
        max_length=2,
        blank=True,
        help_text=_("One or two, shown beside the name. Empty: the first of the name."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    groups: "models.ManyToManyField[models.Model, models.Model]" = models.ManyToManyField(
        Group,
        blank=True,
        related_name="applications",
        verbose_name=_("groups"),
        help_text=_("Nobody chosen: everybody in the directory."),
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "name"], name="application_name_in_directory"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def letters(self) -> str:
        """What stands on the tile."""
        return self.initial or self.name[:1].upper()
