"""What the registration portal asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.methods.base import Method

LONGEST_CODE = 100  # more than anybody types; what is too long is simply wrong


class AddForm(forms.Form):
    """The fields of whatever method is added."""

    def __init__(self, method: Method, data: Any = None) -> None:
        super().__init__(data)
        self.fields.update(method.fields())


class CodeForm(forms.Form):
    """A code, and a name where the method has one."""

    code = forms.CharField(
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the code")},
    )
    name = forms.CharField(
        label=_("Give it a name"),
        help_text=_("So that you know which one it is, like “My blue phone”."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, method: Method, data: Any = None, *, named: bool = True) -> None:
        super().__init__(data)
        self.fields["code"].label = method.code_label
        self.fields["code"].help_text = method.code_hint
        if not (named and method.named):
            del self.fields["name"]


class NameForm(forms.Form):
    label = forms.CharField(
        label=_("Name"),
        help_text=_("So that you know which one it is, like “My blue phone”."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name")},
    )
