"""Groups: who is directly in them, and which groups they contain."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ScopedAdmin, ScopedForm, act_of, actor_of, scope_of
from accounts.admin.fields import Lines
from accounts.people import events, groups, names, registry
from accounts.people.models import Application, Group, GroupClosure, GroupNesting, User
from accounts.people.registry import Act
from accounts.people.roles import Action, Capability, may
from accounts.policy.models import Policy

SHOWN = 100


class GroupForm(ScopedForm):
    actor: ClassVar[User]
    contains: Any = forms.ModelMultipleChoiceField(
        label=_("Groups in this one"), queryset=Group.objects.none(), required=False
    )
    people_to_add = Lines(
        label=_("People to add"), required=False, help_text=_("Their user IDs, one a line.")
    )
    people_to_remove = Lines(
        label=_("People to remove"), required=False, help_text=_("Their user IDs, one a line.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "contains" in self.fields and self.directory:
            field: Any = self.fields["contains"]
            others = Group.objects.in_directory(self.directory).exclude(pk=self.instance.pk)
            field.queryset = others.order_by("name")
            self.initial["contains"] = [group.pk for group in children(self.instance)]

    def clean_people_to_add(self) -> list[User]:
        return self._people("people_to_add")

    def clean_people_to_remove(self) -> list[User]:
        return self._people("people_to_remove")

    def clean_contains(self) -> list[Group]:
        """Try the nesting and take it back, so that a ring is refused beside the field."""
        wanted = list(self.cleaned_data["contains"])
        if self.instance.pk:
            _refuse_beyond(self.actor, role_holders(set(wanted) ^ set(children(self.instance))))
            with transaction.atomic():
                set_children(self.instance, wanted)
                transaction.set_rollback(True)
        return wanted

    def _people(self, name: str) -> list[User]:
        keys = {names.key(line): line for line in self.cleaned_data[name]}
        if not keys or self.directory is None:
            return []
        found = list(User.objects.in_directory(self.directory).filter(upn_key__in=keys))
        missing = keys.keys() - {person.upn_key for person in found}
        if missing:
            unknown = ", ".join(sorted(keys[key] for key in missing))
            raise ValidationError(
                _("Nobody here is called %(names)s."), "unknown", {"names": unknown}
            )
        _refuse_beyond(self.actor, found)
        return found


@admin.register(Group)
class GroupAdmin(ScopedAdmin):
    capability = Capability.PEOPLE
    form = GroupForm
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("direct_members",)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Members and groups are chosen once the group is there, and its directory known."""
        if obj is None:
            return [(None, {"fields": ["name"] if scope_of(request) else ["directory", "name"]})]
        members = ["direct_members", "people_to_add", "people_to_remove"]
        return [(None, {"fields": ["name", "contains"]}), (_("Members"), {"fields": members})]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """A policy or a link whose last group went away would be for everybody, so such a group
        stays; and one with people in it whom the actor may not change."""
        if not self.has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        reached = all(may(actor_of(request), Action.EDIT, one) for one in role_holders([obj]))
        return reached and not _chooses_people(obj)

    @admin.display(description=_("direct members"))
    def direct_members(self, group: Group) -> str:
        people = User.objects.in_directory(group.directory_id).filter(membership__group=group)
        shown = people.order_by("user_principal_name")[:SHOWN]
        lines = format_html_join("", "<li>{}</li>", ((person,) for person in shown))
        count = people.count()
        return format_html_join("", "{} <ul>{}</ul>", [(count, lines)])

    def save_model(self, request: Any, obj: Group, form: Any, change: bool) -> None:
        act = act_of(request)
        if not change:
            made = groups.create(obj.directory_id, obj.name)
            obj.pk, obj._state.adding = made.pk, False
            act.note_for(events.GroupCreated(group=obj.name), obj.directory_id)
        elif "name" in form.changed_data:
            obj.save(update_fields=["name"])
            event = events.GroupRenamed(group=obj.name, old=form.initial["name"])
            act.note_for(event, obj.directory_id)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        if not change:
            return
        group, act, given = form.instance, act_of(request), form.cleaned_data
        for event in set_children(group, given["contains"]):
            act.note_for(event, group.directory_id)
        _set_members(group, given["people_to_add"], given["people_to_remove"], act)
        registry.recount(group.directory_id)

    def delete_model(self, request: Any, obj: Group) -> None:
        directory = obj.directory_id
        groups.remove(obj)
        act_of(request).note_for(events.GroupRemoved(group=obj.name), directory)
        registry.recount(directory)


def role_holders(within: Iterable[Group]) -> list[User]:
    """People with a role who are in these groups, or in groups within them."""
    found: dict[int, User] = {}
    for group in within:
        below = GroupClosure.objects.in_directory(group.directory_id).filter(ancestor=group)
        people = User.objects.in_directory(group.directory_id).filter(
            membership__group__in=below.values("descendant"), role_grants__isnull=False
        )
        found.update({person.pk: person for person in people})
    return list(found.values())


def _refuse_beyond(actor: User, people: Iterable[User]) -> None:
    """Groups choose policies, so only those may move somebody who may change them."""
    beyond = sorted(str(person) for person in people if not may(actor, Action.EDIT, person))
    if beyond:
        raise ValidationError(
            _("Only somebody with a stronger role may move %(names)s."),
            "beyond",
            {"names": ", ".join(beyond)},
        )


def children(group: Group) -> list[Group]:
    """The groups directly in this one."""
    if group._state.adding:
        return []
    links = GroupNesting.objects.in_directory(group.directory_id).filter(parent=group)
    return [link.child for link in links.select_related("child")]


def set_children(group: Group, wanted: list[Group]) -> list[Any]:
    """Nest exactly these groups; returns the events that tell what changed."""
    held = children(group)
    told: list[Any] = []
    for child in held:
        if child not in wanted and groups.unnest(group, child):
            told.append(events.GroupUnnested(group=group.name, child=child.name))
    for child in wanted:
        if child not in held and groups.nest(group, child):
            told.append(events.GroupNested(group=group.name, child=child.name))
    return told


def _set_members(group: Group, added: list[User], removed: list[User], act: Act) -> None:
    for person in added:
        if groups.add_member(group, person):
            act.note(events.GroupsChanged(added=[group.name], removed=[]), person)
    for person in removed:
        if groups.remove_member(group, person):
            act.note(events.GroupsChanged(added=[], removed=[group.name]), person)


def _chooses_people(group: Group) -> bool:
    """Does a policy or a link on the start page say that it is for this group?"""
    return any(
        model.objects.in_directory(group.directory_id).filter(groups=group).exists()
        for model in (Policy, Application)
    )
