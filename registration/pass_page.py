"""Giving one person a temporary pass, and taking it back: for staff who know who is calling."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import ModelAdmin, act_of
from accounts.people.models import User
from accounts.policy.services import effective
from accounts.signin.guards import recent_password_required
from registration import methods, passes, staff
from registration.contacts import context_of, person_of

_MINUTE = timedelta(minutes=1)


class PassForm(forms.Form):
    """Why, and for how long. ``seen`` is the pass that the page told about."""

    note = forms.CharField(
        label=gettext_lazy("Reason or ticket number"),
        max_length=200,
        help_text=gettext_lazy("How you know that it is them. Auditors read it in the trail."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Valid for how many minutes"),
        min_value=passes.SHORTEST // _MINUTE,
        max_value=passes.LONGEST // _MINUTE,
        help_text=gettext_lazy("10 minutes to 24 hours (1440). Choose the shortest that will do."),
    )
    seen = forms.IntegerField(min_value=0)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"minutes": settings.TEMPORARY_PASS_MINUTES})
        for name in ("note", "minutes"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


@recent_password_required
def pass_page(request: Any, page: ModelAdmin, pk: int) -> Any:
    """Give a person a pass, which the answer shows this once; or withdraw the one there is."""
    person, act = person_of(request, pk), act_of(request)
    editable = staff.may_edit(act, person)
    if request.method == "POST" and not editable:
        raise PermissionDenied
    if request.method == "POST" and "withdraw" in request.POST:
        _withdraw(request, person)
        return HttpResponseRedirect(request.path)
    form = PassForm(request.POST if request.method == "POST" else None)
    text = _issued(person, form, act) if form.is_valid() else ""
    context = context_of(request, page, person, _("Temporary pass"))
    if text:
        minutes = form.cleaned_data["minutes"]
        gates, label = effective(person).gates, methods.get(passes.METHOD).label
        context |= {"text": text, "minutes": minutes, "gates": gates, "label": label}
        return TemplateResponse(request, "admin/registration/coverage/pass_made.html", context)
    drawn: Any = form  # the helper draws any form, whatever its types say
    newest = passes.latest(person)
    fields: Any = [(_("Issue a pass"), {"fields": ["note", "minutes"]})]
    context |= {
        "editable": editable,
        "useless": _why_useless(person),
        "newest": newest,
        "told": methods.get(passes.METHOD).remark(newest) if newest else None,
        "adminform": AdminForm(drawn, fields, {}, (), model_admin=page),
        "errors": form.errors,
    }
    return TemplateResponse(request, "admin/registration/coverage/pass.html", context)


def _issued(person: User, form: PassForm, act: Any) -> str:
    """The pass; empty, with the reason on the form, when there is none."""
    given = form.cleaned_data
    try:
        return passes.issue(
            person,
            actor=act.actor,
            client=act.client,
            note=given["note"],
            lifetime=given["minutes"] * _MINUTE,
            seen=given["seen"],
        )
    except ValidationError as refusal:
        form.add_error(None, ValidationError(refusal.messages))
        return ""


def _withdraw(request: Any, person: User) -> None:
    act = act_of(request)
    assert act.actor, "somebody is signed in"
    if passes.revoke(person, actor=act.actor, client=act.client):
        messages.success(request, _("The pass is void now."))
    else:
        messages.warning(request, _("There was no pass to withdraw."))


def _why_useless(person: User) -> str:
    try:
        passes.refuse_useless(person)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""
