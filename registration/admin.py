from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path

from accounts.admin.base import ReadOnlyAdmin
from accounts.people.roles import Capability
from registration.contacts import contact_page, remove_page
from registration.models import Coverage, Message
from registration.telephony.admin import TelephonyBudgetAdmin

__all__ = ["CoverageAdmin", "MessageAdmin", "TelephonyBudgetAdmin"]


@admin.register(Coverage)
class CoverageAdmin(ReadOnlyAdmin):
    """Who could get back in; and, from there or from the person, their contact data."""

    capability = Capability.PEOPLE
    list_display = ("user", "registered", "enabled", "capable", "methods", "updated_at")
    list_display_links = None
    list_filter = ("registered", "enabled", "capable")
    list_select_related = ("user",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("user",)

    def get_urls(self) -> list[Any]:
        mine = [
            path(
                "<int:pk>/contact/", self._page(contact_page), name="registration_coverage_contact"
            ),
            path(
                "<int:pk>/contact/<int:factor>/remove/",
                self._page(remove_page),
                name="registration_coverage_remove",
            ),
        ]
        return [*mine, *super().get_urls()]

    def _page(self, view: Any) -> Any:
        """A page of our own behind the site's guard and this list's capability."""

        def shown(request: Any, **where: int) -> Any:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, self, **where)

        return self.admin_site.admin_view(shown)


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
