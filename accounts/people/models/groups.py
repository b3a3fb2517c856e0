"""Groups, and who and what is in them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import InDirectory


class Group(InDirectory):
    """People who share policies. Groups nest; the closure table answers who is in what.

    ``anchor`` is the immutable id of the group in the organisation's own directory server, the text
    of a UUID, where synchronisation fills it; empty for one that is kept here.
    """

    name = models.CharField(_("name"), max_length=120)
    anchor = models.CharField(max_length=36, blank=True, editable=False)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["directory", "name"], name="group_name_in_directory"),
            models.UniqueConstraint(
                fields=["directory", "anchor"],
                condition=~Q(anchor=""),
                name="group_anchor_unique_in_directory",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(InDirectory):
    """A person is directly in a group."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    group = models.ForeignKey(Group, models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "group"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"


class GroupNesting(InDirectory):
    """A group is directly in another."""

    parent = models.ForeignKey(Group, models.CASCADE, related_name="child_links")
    child = models.ForeignKey(Group, models.CASCADE, related_name="parent_links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "child"], name="one_nesting"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="not_in_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.parent_id}"


class GroupClosure(InDirectory):
    """Every group above every group, itself included. Kept by accounts.people.groups."""

    ancestor = models.ForeignKey(Group, models.CASCADE, related_name="descendant_rows")
    descendant = models.ForeignKey(Group, models.CASCADE, related_name="ancestor_rows")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="one_closure_row")
        ]

    def __str__(self) -> str:
        return f"{self.descendant_id} under {self.ancestor_id}"
