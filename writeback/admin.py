from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.people.roles import Capability
from writeback.models import Write


@admin.register(Write)
class WriteAdmin(ReadOnlyAdmin):
    """What became of every password write and unlock."""

    capability = Capability.REPORTS
    list_display = ("created_at", "user", "operation", "evidence", "outcome", "reason")
    list_display_links = None
    list_filter = ("operation", "outcome", "evidence")
    list_select_related = ("user",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("-created_at",)
