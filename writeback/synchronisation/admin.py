"""Synchronisation in the configuration portal: what each run did, and who has no place here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import ReadOnlyAdmin, act_of
from accounts.people.roles import Capability
from writeback.synchronisation import services, words
from writeback.synchronisation.models import Quarantine, SynchronisationRun


@admin.register(SynchronisationRun)
class SynchronisationRunAdmin(ReadOnlyAdmin):
    """They begin by themselves, or from the shell."""

    capability = Capability.PEOPLE
    list_display = ("started_at", "result", "new", "changed", "gone", "kept_out")
    list_display_links = None
    list_filter: ClassVar = ["outcome"]
    ordering = ("-started_at",)
    actions = ("agree",)

    @admin.display(description=_("outcome"), ordering="outcome")
    def result(self, run: SynchronisationRun) -> str:
        return words.told(run)

    @admin.display(description=_("new"))
    def new(self, run: SynchronisationRun) -> int:
        return _count(run, "created")

    @admin.display(description=_("changed"))
    def changed(self, run: SynchronisationRun) -> int:
        return _count(run, "changed")

    @admin.display(description=_("gone"))
    def gone(self, run: SynchronisationRun) -> int:
        return _count(run, "gone")

    @admin.display(description=_("not taken over"))
    def kept_out(self, run: SynchronisationRun) -> int:
        return _count(run, "quarantined")

    @admin.action(
        description=_("Agree that these people are gone: the next run disables them"),
        permissions=["view"],
    )
    def agree(self, request: Any, queryset: Any) -> None:
        act = act_of(request)
        done = sum(services.agree(run, act) for run in queryset)
        told = ngettext(
            "%(count)d synchronisation goes on with your consent.",
            "%(count)d synchronisations go on with your consent.",
            done,
        )
        self.message_user(request, told % {"count": done})


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    """Mended in the directory server, or by another domain of the directory here."""

    capability = Capability.PEOPLE
    list_display = ("name", "fault", "since")
    list_display_links = None
    list_filter: ClassVar = ["fault"]
    search_fields = ("name__istartswith",)
    ordering = ("name", "pk")


def _count(run: SynchronisationRun, name: str) -> int:
    return int(run.counts.get(name, 0))
