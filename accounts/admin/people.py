"""People: their data, flags, groups and roles. Never a password."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ScopedAdmin, ScopedForm, act_of, actor_of, scope_of
from accounts.languages import OwnLanguageField
from accounts.moments import told
from accounts.people import events, not_me, registry
from accounts.people.models import Domain, Group, Role, RoleGrant, Source, User
from accounts.people.roles import Action, Capability, grantable, may
from accounts.signin import lockout

OF_PASSWORDS = ("must_change_password", "password_never_expires")
FLAGS = ("enabled", *OF_PASSWORDS)
CONTACTS = ("mail", "alternate_email", "mobile", "office_phone")


class PersonForm(ScopedForm):
    actor: ClassVar[User]
    roles_held = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Changing them signs the person out."),
    )
    language = OwnLanguageField(label=_("Language"), help_text=_("Of messages to this person."))
    member_of: Any = forms.ModelMultipleChoiceField(
        label=_("Groups"),
        queryset=Group.objects.none(),
        required=False,
        help_text=_("Those the person is directly in."),
    )

    class Meta:
        model = User
        fields: ClassVar = ["user_principal_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles_held" in self.fields:
            self._offer_roles()
        if "member_of" in self.fields:
            self._offer_groups()

    def _offer_roles(self) -> None:
        offered = grantable(self.actor)
        field: Any = self.fields["roles_held"]
        field.choices = [(slug, label) for slug, label in Role.choices if slug in offered]
        if self.instance.pk:
            self.initial["roles_held"] = sorted(self.instance.roles & offered)

    def _offer_groups(self) -> None:
        field: Any = self.fields["member_of"]
        if self.directory is None:
            return
        field.queryset = Group.objects.in_directory(self.directory).order_by("name")
        if self.instance.pk:
            mine = field.queryset.filter(membership__user=self.instance)
            self.initial["member_of"] = list(mine.values_list("pk", flat=True))

    def clean_user_principal_name(self) -> str:
        """The domain says whose person somebody new is; nobody moves to another directory."""
        name: str = self.cleaned_data["user_principal_name"]
        domain = name.rpartition("@")[2].lower()
        found = Domain.objects.filter(name=domain).first()
        if found is None or found.directory_id != (self.directory or found.directory_id):
            raise ValidationError(
                _("%(domain)s is not a domain of this directory."), "domain", {"domain": domain}
            )
        self.instance.directory_id = found.directory_id
        return name

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            registry.check(self.instance)
        except ValidationError as refusal:
            self.add_error(None, ValidationError(refusal.messages))

    def validate_unique(self) -> None:
        """``registry.check`` does, within the rules for names."""

    def validate_constraints(self) -> None:
        """``registry.check`` does, within the rules for names."""

    @property
    def changed_fields(self) -> list[str]:
        """The columns of the person that the form changes."""
        return [name for name in self.changed_data if name not in {"roles_held", "member_of"}]


@admin.register(User)
class PersonAdmin(ScopedAdmin):
    capability = Capability.PEOPLE
    form = PersonForm
    list_display = ("user_principal_name", "display_name", "source", "enabled", "held")
    list_filter = ("enabled", "source", "must_change_password", "password_never_expires")
    search_fields = ("upn_key__startswith", "display_name")
    search_help_text = _("The beginning of a user ID, or part of a name")
    ordering = ("user_principal_name",)
    actions = (
        *("enable", "disable", "unlock", "allow_resets"),
        *("must_change", "never_expires", "may_expire"),
    )
    readonly_fields = ("password_changed_at", "created_at", "locked", "resets_blocked_at")

    def get_queryset(self, request: Any) -> Any:
        scope = scope_of(request)
        grants = RoleGrant.objects.in_directory(scope) if scope else RoleGrant.objects.all()
        people = super().get_queryset(request).select_related("directory").defer("password")
        return people.prefetch_related(Prefetch("role_grants", grants))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may(actor_of(request), Action.EDIT, obj))

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        who = ["user_principal_name", "display_name", "account_name", "language", "source"]
        groups = ["roles_held"] if self._grants(request, obj) else []
        if obj is not None or scope_of(request):
            groups.append("member_of")
        fieldsets: list[Any] = [
            (None, {"fields": who}),
            (_("Contact data"), {"fields": CONTACTS}),
            (_("Account"), {"fields": FLAGS}),
        ]
        if not self.has_change_permission(request, obj) and obj is not None:
            groups = ["held"]
        if groups:
            fieldsets.append((_("Roles and groups"), {"fields": groups}))
        if obj is not None:
            facts = ("password_changed_at", "locked", "resets_blocked_at", "created_at")
            fieldsets.append((_("Facts"), {"fields": facts}))
        return fieldsets

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """What is due of a password that lives elsewhere, is decided there."""
        elsewhere = OF_PASSWORDS if obj is not None and obj.source != Source.CLOUD else ()
        return (*super().get_readonly_fields(request, obj), "held", *elsewhere)

    @admin.display(description=_("roles"))
    def held(self, person: User) -> str:
        labels = dict(Role.choices)
        held = sorted(grant.role for grant in person.role_grants.all())
        return ", ".join(str(labels[role]) for role in held) or "–"

    @admin.display(description=_("locked"))
    def locked(self, person: User) -> str:
        """Until when wrong passwords have locked the sign-in."""
        until = lockout.locked_until(lockout.key_of(person))
        if until is None:
            return str(_("no"))
        return str(_("until %(time)s")) % {"time": told(until, person.directory.time_zone)}

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        act = act_of(request)
        if change:
            registry.change(obj, form.changed_fields, act)
        else:
            registry.create(obj, act)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        person, act, given = form.instance, act_of(request), form.cleaned_data
        touched = False
        if "roles_held" in given:
            out_of_reach = person.roles - grantable(actor_of(request))
            touched |= registry.set_roles(person, {*given["roles_held"], *out_of_reach}, act)
        if "member_of" in given:
            touched |= registry.set_groups(person, given["member_of"], act)
        if touched or not change or "enabled" in form.changed_data:
            registry.recount(person.directory_id)

    @admin.action(description=_("Enable"), permissions=["change"])
    def enable(self, request: Any, queryset: Any) -> None:
        self._switch(request, queryset, "enabled", True)

    @admin.action(description=_("Disable, and sign out everywhere"), permissions=["change"])
    def disable(self, request: Any, queryset: Any) -> None:
        self._switch(request, queryset, "enabled", False)

    @admin.action(
        description=_("Ask for a new password at the next sign-in"), permissions=["change"]
    )
    def must_change(self, request: Any, queryset: Any) -> None:
        self._switch(request, _kept_here(queryset), "must_change_password", True)

    @admin.action(description=_("Let the password never expire"), permissions=["change"])
    def never_expires(self, request: Any, queryset: Any) -> None:
        self._switch(request, _kept_here(queryset), "password_never_expires", True)

    @admin.action(
        description=_("Let the password expire as others do; an old one at once"),
        permissions=["change"],
    )
    def may_expire(self, request: Any, queryset: Any) -> None:
        self._switch(request, _kept_here(queryset), "password_never_expires", False)

    @admin.action(description=_("Unlock the sign-in"), permissions=["change"])
    def unlock(self, request: Any, queryset: Any) -> None:
        done = 0
        for person in self._reachable(request, queryset, Action.UNLOCK):
            if lockout.unlock(lockout.key_of(person)):
                act_of(request).note(events.LockLifted(), person)
                done += 1
        self.message_user(request, _("%(count)d unlocked.") % {"count": done})

    @admin.action(description=_("Allow resets again"), permissions=["change"])
    def allow_resets(self, request: Any, queryset: Any) -> None:
        people, act = self._reachable(request, queryset, Action.LIFT_BLOCK), act_of(request)
        done = sum(not_me.lift(person, act) for person in people)
        self.message_user(request, _("%(count)d changed.") % {"count": done})

    def _switch(self, request: Any, queryset: Any, flag: str, value: bool) -> None:
        done = 0
        action = Action.DISABLE if flag == "enabled" else Action.EDIT
        for person in self._reachable(request, queryset, action):
            if getattr(person, flag) != value:
                setattr(person, flag, value)
                registry.change(person, [flag], act_of(request))
                if flag == "enabled":
                    registry.recount(person.directory_id)
                done += 1
        self.message_user(request, _("%(count)d changed.") % {"count": done})

    def _reachable(self, request: Any, queryset: Any, action: Action) -> list[User]:
        """Those of the chosen the actor may do this to; says how many were left out."""
        actor, chosen = actor_of(request), list(queryset)
        found = [person for person in chosen if may(actor, action, person)]
        if left_out := len(chosen) - len(found):
            text = _("%(count)d left out: only somebody with a stronger role may do that.")
            self.message_user(request, text % {"count": left_out}, "WARNING")
        return found

    def _grants(self, request: Any, obj: User | None) -> bool:
        actor = actor_of(request)
        if obj is None:
            return bool(grantable(actor))
        return may(actor, Action.GRANT_ROLE, obj)


def _kept_here(people: Any) -> Any:
    """Those whose passwords are kept here."""
    return people.filter(source=Source.CLOUD)
