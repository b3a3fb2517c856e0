from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from accounts.people.roles import Capability
from reset.models import Attempt


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Who tried to get back in, and how it ended."""

    capability = Capability.REPORTS
    list_display = ("created_at", "reference", "user", "goal", "gates", "ending", "closed_at")
    list_display_links = None
    list_filter = ("ending", "goal")
    list_select_related = ("user",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("-created_at",)

    @admin.display(description=_("reference"))
    def reference(self, attempt: Any) -> str:
        return str(attempt.reference)
