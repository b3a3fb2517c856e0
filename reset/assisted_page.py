"""The page on which staff set a temporary password for one person, or unlock them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import ModelAdmin, act_of
from accounts.people.models import User
from accounts.people.registry import Act
from accounts.signin.guards import recent_password_required
from registration.contacts import context_of, person_of
from reset import assisted
from reset.assisted import Assisted


class AssistForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Reason or ticket number"),
        max_length=200,
        widget=forms.TextInput({"class": "vLargeTextField", "autocomplete": "off"}),
        help_text=gettext_lazy("How you know that it is them. Auditors read it in the trail."),
    )


@recent_password_required
def assisted_page(request: Any, page: ModelAdmin, pk: int) -> Any:
    """Ask why, do it, and show a new password this once."""
    person, act = person_of(request, pk), act_of(request)
    is_open = assisted.may_help(act.actor, person)
    if request.method == "POST" and not is_open:
        raise PermissionDenied
    form = AssistForm(request.POST if request.method == "POST" else None)
    done = _done(request, person, form, act) if form.is_valid() else None
    if done and not done.password:
        messages.success(request, _("The account is unlocked."))
        return HttpResponseRedirect(request.path)
    context = context_of(request, page, person, _("Password and lock"))
    context |= {"is_open": is_open, "form": form, "done": done}
    return TemplateResponse(request, "admin/assisted.html", context)


def _done(request: Any, person: User, form: AssistForm, act: Act) -> Assisted | None:
    """What came of it; None, with the reason on the form, for nothing."""
    do = assisted.unlock if "unlock" in request.POST else assisted.reset
    assert act.actor, "somebody is signed in"
    try:
        done = do(person, actor=act.actor, client=act.client, note=form.cleaned_data["note"])
    except ValidationError as refusal:
        form.add_error(None, ValidationError(refusal.messages))
        return None
    if done.is_open and not done.password:
        form.add_error(None, _("The directory has not answered yet. Look again in a minute."))
        return None
    return done
