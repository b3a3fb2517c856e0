from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin, act_of
from accounts.admin.blocks import TallyAdmin
from accounts.admin.by_directory import MOST, ByDirectory
from accounts.people.roles import Capability
from reset import blocks, breaker, guessing
from reset.assisted_page import assisted_page
from reset.blocks_page import blocks_page
from reset.models import Attempt, Strain

TallyAdmin.of_people |= set(blocks.NAMES)


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


@admin.register(Strain)
class StrainAdmin(ByDirectory, ReadOnlyAdmin):
    """Guessing: what strangers answered lately, what is different now, and ending that at once."""

    capability = Capability.LIMITS

    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:directory>/restore/", guard(self.restore_view), name="reset_strain_restore"),
            path(
                "<int:directory>/helpdesk/", guard(self.helpdesk_view), name="reset_strain_helpdesk"
            ),
        ]
        of_person = path("person/<int:pk>/", guard(self.person_view), name="reset_strain_person")
        assisted = path(
            "person/<int:pk>/password/", guard(self.assist_view), name="reset_strain_assist"
        )
        return [*own, of_person, assisted, *super().get_urls()]

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        seen = [guessing.seen(one) for one in self.directories(request)[:MOST]]
        return self.page(request, "admin/guessing.html", _("Guessing"), directories=seen)

    def person_view(self, request: Any, pk: int) -> Any:
        """What is paused for one person."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return blocks_page(request, self, pk)

    def assist_view(self, request: Any, pk: int) -> Any:
        """A temporary password for one person, or an unlock."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return assisted_page(request, self, pk)

    def restore_view(self, request: Any, directory: int) -> Any:
        """One click ends every measure."""
        found = self.posted(request, directory)
        if found and breaker.restore(found, act_of(request)):
            self.message_user(request, _("All is as usual again in %(name)s.") % {"name": found})
        return HttpResponseRedirect(reverse("admin:reset_strain_changelist"))

    def helpdesk_view(self, request: Any, directory: int) -> Any:
        """Ask once more, since it stops everybody; then leave resets to the helpdesk."""
        found = self.posted(request, directory)
        if found is None:
            return HttpResponseRedirect(reverse("admin:reset_strain_changelist"))
        if "sure" not in request.POST:
            title = _("Leave resets to the helpdesk?")
            return self.page(request, "admin/guessing_sure.html", title, directory=found)
        if breaker.leave_to_helpdesk(found, act_of(request)):
            text = _("Only the helpdesk resets passwords of %(name)s now.")
            self.message_user(request, text % {"name": found})
        return HttpResponseRedirect(reverse("admin:reset_strain_changelist"))
