"""Policies and banned words."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from accounts import seams
from accounts.admin.base import ScopedAdmin, ScopedForm, act_of, scope_of
from accounts.admin.fields import Lines, method_choices
from accounts.people import registry
from accounts.people.models import Group
from accounts.people.registry import Difference, differences
from accounts.people.roles import Capability
from accounts.policy import events
from accounts.policy.models import Policy, default_methods
from accounts.policy.questions import PREDEFINED
from accounts.policy.validation import warnings
from accounts.tenancy import across_directories

_NOT_SETTINGS = {"id", "directory", "name"}


class PolicyForm(ScopedForm):
    methods = forms.MultipleChoiceField(
        label=_("Methods"),
        widget=forms.CheckboxSelectMultiple,
        choices=method_choices,
        initial=default_methods,
        required=False,
        help_text=_("What people may prove who they are with."),
    )
    predefined_questions = forms.MultipleChoiceField(
        label=_("Predefined questions"),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: list(PREDEFINED.items()),
        required=False,
        help_text=_("They are shown in each person's language. At most 20 with your own."),
    )
    custom_questions = Lines(
        label=_("Custom questions"),
        required=False,
        help_text=_("One a line, 3 to 200 characters. They are shown as you write them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with across_directories("the groups of the policy in hand"):
            super().__init__(*args, **kwargs)
        if "groups" in self.fields and self.directory:
            field: Any = self.fields["groups"]
            field.queryset = Group.objects.in_directory(self.directory).order_by("name")


@admin.register(Policy)
class PolicyAdmin(ScopedAdmin):
    capability = Capability.POLICIES
    form = PolicyForm
    list_display = ("name", "position", "self_service_reset", "methods_required")
    ordering = ("directory", "position", "pk")
    filter_horizontal = ("groups",)
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": ("name", "position", "groups", "self_service_reset"),
                "description": _(
                    "Policies are tried in their order; the first whose groups hold a person "
                    "applies. A policy without groups applies to everybody, so it comes last."
                ),
            },
        ),
        (_("Checks"), {"fields": ("methods", "methods_required", "strong_factors_required")}),
        (_("Who cannot reset"), {"fields": ("talkative",)}),
        (
            _("Limits"),
            {
                "fields": ("answers_allowed", "messages_allowed", "block_hours"),
                "description": _(
                    "They are counted for each person and method, and for strangers apart from "
                    "the browsers a person uses."
                ),
            },
        ),
        (
            _("Security questions"),
            {
                "fields": (
                    "questions_to_register",
                    "questions_to_reset",
                    "predefined_questions",
                    "custom_questions",
                    "questions_alone_accepted",
                ),
                "description": _("Only where security questions are among the methods."),
            },
        ),
        (
            _("Registration"),
            {
                "fields": (
                    "registration_required",
                    "reconfirm_after_days",
                    "registration_skips",
                    "registration_skip_days",
                    "factor_rest_hours",
                    "unconfirmed_data_accepted",
                ),
                "description": _(
                    "Whoever has too few methods, or has not confirmed them for so many days, is "
                    "asked at sign-in; who took one away is not, until those days are over. "
                    "Sessions that are open go on."
                ),
            },
        ),
        (
            _("Telephone numbers"),
            {"fields": ("refuse_voip_numbers", "refuse_landlines_for_text")},
        ),
        (_("Notifications"), {"fields": ("notify_users", "notify_administrators")}),
        (_("Helpdesk"), {"fields": ("helpdesk_kind", "helpdesk_link")}),
        (
            _("Passwords"),
            {
                "fields": (
                    "password_min_length",
                    "banned_words",
                    "breached_passwords",
                    "password_min_age_hours",
                    "history_length",
                    "history_on_reset",
                )
            },
        ),
        (_("Locked accounts"), {"fields": ("unlock_without_reset",)}),
        (_("Passwords kept in your own directory"), {"fields": ("writeback_enabled",)}),
        (
            _("After a reset"),
            {
                "fields": ("end_sessions",),
                "description": _("Off: people choose. Those with a role are always signed out."),
            },
        ),
    )

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """An operator first says whose a new policy is; its groups can be chosen after that."""
        (title, first), *rest = super().get_fieldsets(request, obj)
        if obj is None and scope_of(request) is None:
            names = ("directory", *(name for name in first["fields"] if name != "groups"))
            first = {**first, "fields": names}
        return [(title, first), *rest]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        policies = Policy.objects.in_directory(obj.directory_id)
        form.before = policies.get(pk=obj.pk) if change else Policy()
        form.groups_before = _group_names(obj) if change else []
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        with across_directories("the groups of the policy in hand"):
            super().save_related(request, form, formsets, change)
        policy = form.instance
        told = _told(form.before, policy, form.groups_before)
        if change and not told:
            return
        event = events.PolicyChanged(policy=policy.name, changes=told)
        act_of(request).note_for(event, policy.directory_id)
        registry.recount(policy.directory_id)
        effects = [sentence for effect in seams.policy_effects() for sentence in effect(policy)]
        for sentence in [*warnings(policy, installed=settings.VERIFICATION_METHODS), *effects]:
            messages.warning(request, sentence)

    def delete_model(self, request: Any, obj: Any) -> None:
        directory = obj.directory_id
        obj.delete()
        act_of(request).note_for(events.PolicyRemoved(policy=obj.name), directory)
        registry.recount(directory)


def _told(was: Policy, now: Policy, groups_before: list[str]) -> list[str]:
    """What a save changed, a sentence each."""
    settings = [field.name for field in Policy._meta.concrete_fields]
    found = differences(was, now, [name for name in settings if name not in _NOT_SETTINGS])
    groups = Difference("groups", groups_before, _group_names(now))
    return [str(change) for change in [*found, groups] if change.old != change.new]


def _group_names(policy: Policy) -> list[str]:
    groups = Group.objects.in_directory(policy.directory_id).filter(policies=policy)
    return sorted(groups.values_list("name", flat=True))
