"""The page that shows staff what is paused for one person, and lifts it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import ModelAdmin, act_of
from accounts.moments import told_end
from accounts.people.models import User
from accounts.signin.guards import recent_password_required
from registration import methods
from registration.contacts import context_of, person_of
from reset import blocks
from reset.blocks import Block

LONGEST_REASON = 200


class LiftForm(forms.Form):
    """Which blocks, or ``all`` of them, and why."""

    block = forms.MultipleChoiceField(required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Kept in the audit trail. Write how you know the person, and nothing secret."
        ),
        error_messages={"required": gettext_lazy("Say why.")},
    )

    def __init__(self, found: list[Block], data: Any = None) -> None:
        super().__init__(data)
        self.keys = [block.key for block in found]
        field: Any = self.fields["block"]
        field.choices = [(key, key) for key in self.keys]
        field.error_messages["invalid_choice"] = _("One of these is lifted already. Choose again.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if "all" in self.data:
            given["block"] = self.keys
        if not given.get("block") and "block" not in self.errors:
            self.add_error("block", _("Choose what shall be lifted."))
        return given


@recent_password_required
def blocks_page(request: Any, page: ModelAdmin, pk: int) -> Any:
    """Look at what is paused for a person, and lift it."""
    person, act = person_of(request, pk), act_of(request)
    found = blocks.of(person)
    is_open = blocks.may_lift(act, person)
    if request.method == "POST" and not is_open:
        raise PermissionDenied
    form = LiftForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        done = blocks.lift(person, given["block"], given["reason"], act)
        text = ngettext("%(count)d block is lifted.", "%(count)d blocks are lifted.", done)
        messages.success(request, text % {"count": done})
        return HttpResponseRedirect(request.path)
    context = context_of(request, page, person, _("Blocks of this person"))
    context |= {
        "is_open": is_open,
        "rows": [_shown(block, person) for block in found],
        "chosen": form["block"].value() or [],
        "form": form,
    }
    return TemplateResponse(request, "admin/person_blocks.html", context)


def _shown(block: Block, person: User) -> dict[str, Any]:
    method = methods.get(block.method) if block.method else None
    return {
        "key": block.key,
        "name": block.name,
        "method": method.name if method else "",
        "hint": method.mask(block.factor) if method and block.factor else "",
        "place": blocks.PLACES.get(block.place, ""),
        "until": told_end(block.until, person.directory.time_zone) if block.until else "",
    }
