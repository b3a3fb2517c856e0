"""What the registration portal asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import User
from registration.answering import AnswerForm
from registration.methods.base import Method
from registration.models import Challenge


class AddForm(forms.Form):
    """The fields of whatever method is added."""

    def __init__(self, method: Method, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields.update(method.fields(user))


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Give it a name"),
        help_text=_("So that you know which one it is, like “My blue phone”."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def confirm_form(method: Method, challenge: Challenge, data: Any = None) -> AnswerForm:
    """The method's own question, and a name where factors of this kind have one."""
    form = method.form(challenge, data)
    if method.named:
        form.fields["name"] = _name()
    return form


class NameForm(forms.Form):
    label = forms.CharField(
        label=_("Name"),
        help_text=_("So that you know which one it is, like “My blue phone”."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name")},
    )
