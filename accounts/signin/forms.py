from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PasswordField, UserIdField


class PasswordAgainForm(forms.Form):
    password = PasswordField(_("Password"), _("Enter your password"))


class SignInForm(PasswordAgainForm):
    username = UserIdField(help_text=_("Your work sign-in name, like ada@corp.example"))
    field_order = ["username", "password"]

    def __init__(self, data: Any = None, username: str = "") -> None:
        super().__init__(data, initial={"username": username})
        offers = {"autocomplete": "username webauthn"}  # browsers suggest passkeys there, too
        self.fields["username"].widget.attrs.update(offers)
