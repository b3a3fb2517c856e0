"""The links that people find on their start page."""

from typing import Any

from django.contrib import admin

from accounts.admin.base import ScopedAdmin, ScopedForm, act_of, scope_of
from accounts.people import events
from accounts.people.models import Application, Group
from accounts.people.registry import Difference, differences
from accounts.people.roles import Capability
from accounts.tenancy import across_directories

SETTINGS = ("name", "url", "description", "initial", "position")


class ApplicationForm(ScopedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with across_directories("the groups of the link in hand"):
            super().__init__(*args, **kwargs)
        if "groups" in self.fields and self.directory:
            field: Any = self.fields["groups"]
            field.queryset = Group.objects.in_directory(self.directory).order_by("name")


@admin.register(Application)
class ApplicationAdmin(ScopedAdmin):
    capability = Capability.DIRECTORIES
    form = ApplicationForm
    list_display = ("name", "url", "position")
    search_fields = ("name", "url")
    ordering = ("directory", "position", "pk")
    filter_horizontal = ("groups",)

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """An operator first says whose a new link is; its groups can be chosen after that."""
        if obj is None and scope_of(request) is None:
            return ("directory", *SETTINGS)
        return (*SETTINGS, "groups")

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: Any, obj: Application, form: Any, change: bool) -> None:
        held = Application.objects.in_directory(obj.directory_id)
        form.before = held.get(pk=obj.pk) if change else Application()
        form.groups_before = _group_names(obj) if change else []
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        with across_directories("the groups of the link in hand"):
            super().save_related(request, form, formsets, change)
        now = form.instance
        groups = Difference("groups", form.groups_before, _group_names(now))
        found = [*differences(form.before, now, SETTINGS), groups]
        told = [str(one) for one in found if one.old != one.new]
        if told:
            event = events.ApplicationChanged(name=now.name, changes=told)
            act_of(request).note_for(event, now.directory_id)

    def delete_model(self, request: Any, obj: Application) -> None:
        directory = obj.directory_id
        obj.delete()
        act_of(request).note_for(events.ApplicationRemoved(name=obj.name), directory)


def _group_names(application: Application) -> list[str]:
    groups = Group.objects.in_directory(application.directory_id)
    return sorted(groups.filter(applications=application).values_list("name", flat=True))
