"""The page that says how it stands with the passwords of each directory, and what mends it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin, act_of
from accounts.admin.by_directory import MOST, ByDirectory
from accounts.people.models import Directory
from accounts.people.roles import Capability
from writeback.agent.answers import Finding, Health
from writeback.agent.doctor.console import filled
from writeback.doctor import services
from writeback.doctor.conditions import REMEDIES, Condition
from writeback.doctor.words import in_their_language, words_of
from writeback.models import Diagnosis

LONGEST_TARGET = 300  # characters of a user ID or a DN
STATES = {
    Health.WELL: _("In order"),
    Health.WARNING: _("Warning"),
    Health.FAULT: _("Fault"),
    Health.UNKNOWN: _("Not known"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in the reader's language."""

    id: str
    state: Any
    says: str
    remedy: str
    mends: tuple[str, ...]


def line_of(one: Finding) -> Line:
    words = words_of(one)
    says, remedy = (
        filled(in_their_language(text), one) if text else "" for text in (words.says, words.remedy)
    )
    return Line(words.id, STATES[one.health], says, remedy, one.mends)


def _shown(seen: services.CheckUp | None) -> dict[str, Any]:
    """A check for the template, what needs somebody first."""
    if seen is None:
        return {}
    order = (Health.FAULT, Health.WARNING, Health.UNKNOWN, Health.WELL)
    findings = sorted(seen.findings, key=lambda one: order.index(one.health))
    return {
        "condition": seen.condition,
        "remedy": REMEDIES[seen.condition],
        "checked_at": seen.checked_at,
        "lines": [line_of(one) for one in findings],
    }


@admin.register(Diagnosis)
class DiagnosisAdmin(ByDirectory, ReadOnlyAdmin):
    """How it stands with directory servers."""

    capability = Capability.DIRECTORIES

    def directories(self, request: Any) -> QuerySet[Directory]:
        return super().directories(request).filter(store_kind__in=services.ON_PREMISES)

    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view
        own = [
            path(
                "<int:directory>/check/", guard(self.check_view), name="writeback_diagnosis_check"
            ),
            path("<int:directory>/ask/", guard(self.ask_view), name="writeback_diagnosis_ask"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        found = self.directories(request)
        seen = [{"directory": one, **_shown(services.last(one))} for one in found[:MOST]]
        return self._page(request, directories=seen)

    def check_view(self, request: Any, directory: int) -> Any:
        """Check the whole now."""
        found = self.posted(request, directory)
        if found:
            seen = services.check(found, act_of(request))
            text = _("%(name)s was checked: %(state)s.")
            self.message_user(request, text % {"name": found, "state": seen.condition.label})
        return HttpResponseRedirect(reverse("admin:writeback_diagnosis_changelist"))

    def ask_view(self, request: Any, directory: int) -> Any:
        """What the agent may do with one person, or with those in a unit."""
        found = self.posted(request, directory)
        target = request.POST.get("target", "").strip()[:LONGEST_TARGET]
        if found is None or not target:
            return HttpResponseRedirect(reverse("admin:writeback_diagnosis_changelist"))
        seen = _shown(services.check_one(found, target))
        return self._page(request, asked={"directory": found, "target": target, **seen})

    def _page(self, request: Any, **more: Any) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        more["conditions"] = [(one.label, REMEDIES[one]) for one in Condition]
        return self.page(request, "admin/directory_servers.html", _("Directory servers"), **more)
