"""Who holds which role."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Given, Prepared
from accounts.tenancy import InDirectory


class Role(models.TextChoices):
    """What staff may do; accounts.people.roles holds the matrix."""

    OPERATOR = "operator", _("Operator")
    DIRECTORY_ADMINISTRATOR = "directory_administrator", _("Directory administrator")
    POLICY_ADMINISTRATOR = "policy_administrator", _("Policy administrator")
    USER_ADMINISTRATOR = "user_administrator", _("User administrator")
    HELPDESK = "helpdesk", _("Helpdesk")
    REPORTS_READER = "reports_reader", _("Reports reader")
    AUDITOR = "auditor", _("Auditor")


class RoleGrant(InDirectory):
    """A person holds a role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    granted_at = models.DateTimeField(_("granted"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


_ROLES = Prepared(
    lambda: RoleGrant.objects.filter(
        directory_id=Given("directory", BigIntegerField()), user_id=Given("user", BigIntegerField())
    ).values_list("role")
)


def roles_of(directory: int, user: int) -> frozenset[str]:
    """The slugs of the roles a person holds; nobody is user 0, and holds none."""
    return frozenset(role for (role,) in _ROLES.all(directory=directory, user=user))
