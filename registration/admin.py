from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import ReadOnlyAdmin, actor_of, scope_of
from accounts.people.models import Group
from accounts.people.roles import Action, Capability, may
from registration import asking, methods
from registration.campaigns.admin import CampaignAdmin
from registration.contacts import contact_page, remove_page
from registration.models import Coverage, Message
from registration.pass_page import pass_page
from registration.telephony.admin import TelephonyBudgetAdmin

__all__ = ["CampaignAdmin", "CoverageAdmin", "MessageAdmin", "TelephonyBudgetAdmin"]


class InGroup(admin.SimpleListFilter):
    """Those in a group, directly or through the groups in it."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[Any, Any]]:
        scope = scope_of(request)
        groups = Group.objects.in_directory(scope) if scope else Group.objects.all()
        return list(groups.order_by("name").values_list("pk", "name")[:200])

    def queryset(self, request: Any, queryset: Any) -> Any:
        value = self.value()
        if not value or not value.isdigit():
            return queryset
        inside = {"user__membership__group__ancestor_rows__ancestor_id": int(value)}
        return queryset.filter(**inside).distinct()


@admin.register(Coverage)
class CoverageAdmin(ReadOnlyAdmin):
    """Who could get back in; and, from there or from the person, their contact data."""

    capability = Capability.PEOPLE
    list_display = ("user", "registered", "enabled", "capable", "held", "asked_again_at")
    list_display_links = None
    list_filter = ("registered", "enabled", "capable", InGroup)
    list_select_related = ("user__directory",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("user",)
    actions = ("ask_again",)

    @admin.display(description=_("methods"))
    def held(self, row: Coverage) -> str:
        names = {slug: str(method.name) for slug, method in methods.all_methods().items()}
        return ", ".join(names.get(slug, slug) for slug in row.methods) or "–"

    @admin.action(description=_("Ask to look their methods over at the next sign-in"))
    def ask_again(self, request: Any, queryset: Any) -> None:
        """Those whom the actor may change; the others are left alone, and counted."""
        actor, chosen = actor_of(request), list(queryset)
        within = [row for row in chosen if may(actor, Action.EDIT_CONTACTS, row.user)]
        asked = asking.ask_again(within, actor=actor, client=request.client)
        done = ngettext("%(count)d person was asked.", "%(count)d people were asked.", asked)
        messages.success(request, done % {"count": asked})
        left = len(chosen) - asked
        if left:
            beyond = ngettext(
                "%(count)d person is beyond your role.",
                "%(count)d people are beyond your role.",
                left,
            )
            messages.warning(request, beyond % {"count": left})

    def get_urls(self) -> list[Any]:
        mine = [
            path(
                "<int:pk>/contact/", self._page(contact_page), name="registration_coverage_contact"
            ),
            path("<int:pk>/pass/", self._page(pass_page), name="registration_coverage_pass"),
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
