"""What is kept of the last check of a directory server."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory
from writeback.doctor.conditions import Condition


class Diagnosis(InDirectory):
    """What the last check of a directory found. ``findings`` as an agent's result has them."""

    checked_at = models.DateTimeField(_("checked"))
    condition = models.CharField(_("state"), max_length=20, choices=Condition.choices)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("directory server")
        verbose_name_plural = _("directory servers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory"], name="one_diagnosis_per_directory")
        ]

    def __str__(self) -> str:
        return f"{self.directory_id}: {self.condition}"
