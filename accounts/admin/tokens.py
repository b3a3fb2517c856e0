"""Tokens of the API: made with their text shown once, listed, revoked."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ScopedForm, act_of
from accounts.admin.made_once import MadeOnce
from accounts.api import tokens
from accounts.api.models import ApiToken, Scope
from accounts.people.roles import Capability

_STATES = {
    "": _("in use"),
    "revoked": _("revoked"),
    "expired": _("ended"),
    "creator_disabled": _("dead: its maker is disabled"),
    "role_lost": _("dead: its maker lost the role"),
}


class TokenForm(ScopedForm):
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days until it ends"),
        min_value=1,
        max_value=tokens.LONGEST,
        initial=90,
        help_text=_("A year at most. Make a new one before this one ends."),
    )

    class Meta:
        model = ApiToken
        fields: ClassVar = ["name"]
        help_texts: ClassVar = {"name": _("What it is for, like “Payroll”. The trail names it.")}


@admin.register(ApiToken)
class TokenAdmin(MadeOnce):
    """A token acts as whoever made it: it reaches whom they reach, in one directory."""

    capability = Capability.API
    form = TokenForm
    list_display = ("name", "scopes_held", "created_by", "expires_at", "last_used_at", "state")
    list_display_links = None
    list_select_related = ("created_by",)
    ordering = ("-created_at",)
    actions = ("revoke",)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        return [(None, {"fields": [*self.whose(request), "name", "scopes", "days"]})]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        raise Http404  # the list says it all, and nothing about a token changes

    def save_model(self, request: Any, obj: ApiToken, form: Any, change: bool) -> None:
        given = form.cleaned_data
        issued = tokens.issue(
            obj.directory_id, obj.name, given["scopes"], given["days"], act_of(request)
        )
        obj.pk, obj.expires_at, obj._state.adding = issued.token.pk, issued.token.expires_at, False
        request.token_text = issued.text

    def response_add(self, request: Any, obj: ApiToken, post_url_continue: Any = None) -> Any:
        """Show the text on the answer itself: nothing keeps it for a page after."""
        return self.page(
            request,
            "admin/accounts/apitoken/made.html",
            _("Copy the token now"),
            token=obj,
            text=request.token_text,
        )

    @admin.display(description=_("may"))
    def scopes_held(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.display(description=_("state"))
    def state(self, token: ApiToken) -> str:
        return str(_STATES[tokens.why_dead(token)])

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: Any, queryset: Any) -> None:
        done = sum(tokens.revoke(token, act_of(request)) for token in queryset)
        self.message_user(request, _("%(count)d revoked.") % {"count": done})
