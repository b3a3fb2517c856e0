"""Telephony spending: what was sent today, what is left, and what looks wrong."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.admin.base import ScopedForm, act_of, scope_of
from accounts.admin.by_directory import MOST, ByDirectory
from accounts.people.registry import differences
from accounts.people.roles import Capability, has
from registration.telephony import alarms
from registration.telephony.budget_events import TelephonyBudgetChanged
from registration.telephony.budgets import (
    EVERYWHERE,
    TelephonyAlarm,
    TelephonyBudget,
    budget_of,
)
from registration.telephony.today import today

SETTINGS = tuple(
    field.name for field in TelephonyBudget._meta.concrete_fields if field.name != "directory"
)


def _countries() -> list[tuple[str, str]]:
    return [(EVERYWHERE, str(_("Every country"))), *countries.choices()]


class BudgetForm(ScopedForm):
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        choices=_countries,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=_(
            "Where texts and calls may go. Nothing chosen: the directory’s own country, or every "
            "one while it has none."
        ),
    )

    def clean_countries(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["countries"]
        return [EVERYWHERE] if EVERYWHERE in chosen else chosen


@admin.register(TelephonyBudget)
class TelephonyBudgetAdmin(ByDirectory):
    """One row for each directory, named by the directory's key, whether or not it is there yet."""

    capability = Capability.TELEPHONY
    form = BudgetForm
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("countries",)}),
        (
            _("Budgets"),
            {
                "fields": (
                    "per_person",
                    "per_number",
                    "per_network",
                    "per_country",
                    "per_directory",
                    "call_cost",
                ),
                "description": _("They start anew at midnight. 0 sends nothing."),
            },
        ),
        (_("Alarm"), {"fields": ("alarm_percent", "alarm_volume", "pause_countries")}),
    )

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        manages = request.user.is_authenticated and has(request.user, Capability.DIRECTORIES)
        return manages and self.has_view_permission(request, obj)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.lift_view)
        own = path("alarms/<int:alarm>/lift/", view, name="registration_telephonybudget_lift")
        return [own, *super().get_urls()]

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        found = self.directories(request).filter(pk=object_id if object_id.isdecimal() else 0)
        directory = found.first()
        return budget_of(directory) if directory else None

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(
            request,
            "admin/telephony_spending.html",
            _("Telephony spending"),
            days=[today(directory) for directory in self.directories(request)[:MOST]],
            may_change=self.has_change_permission(request),
        )

    def lift_view(self, request: Any, alarm: int) -> Any:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            scope = scope_of(request)
            rows = TelephonyAlarm.objects.filter(pk=alarm)
            found = (rows if scope is None else rows.filter(directory_id=scope)).first()
            if found is None:
                raise Http404
            if alarms.lift(found, act_of(request)):
                name = countries.name_of(found.country)
                self.message_user(
                    request, _("The alarm about %(country)s is lifted.") % {"country": name}
                )
        return HttpResponseRedirect(reverse("admin:registration_telephonybudget_changelist"))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        changes = differences(budget_of(obj.directory), obj, SETTINGS)
        obj.save()
        if changes:
            event = TelephonyBudgetChanged(changes=[str(change) for change in changes])
            act_of(request).note_for(event, obj.directory_id)
