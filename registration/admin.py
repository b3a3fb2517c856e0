from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.people.roles import Capability
from registration.models import Coverage, Message
from registration.telephony.admin import TelephonyBudgetAdmin

__all__ = ["CoverageAdmin", "MessageAdmin", "TelephonyBudgetAdmin"]


@admin.register(Coverage)
class CoverageAdmin(ReadOnlyAdmin):
    """Who could get back in."""

    capability = Capability.PEOPLE
    list_display = ("user", "registered", "enabled", "capable", "methods", "updated_at")
    list_display_links = None
    list_filter = ("registered", "enabled", "capable")
    list_select_related = ("user",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("user",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was sent to telephones, what became of it, and what it cost. Numbers are not kept."""

    capability = Capability.TELEPHONY
    list_display = (
        "created_at",
        "kind",
        "prefix",
        "provider",
        "status",
        "error",
        "segments",
        "price",
        "currency",
    )
    list_display_links = None
    list_filter = ("status", "kind", "provider")
    ordering = ("-created_at",)
