from django import forms
from django.utils.translation import gettext_lazy as _

_CURRENT_PASSWORD = forms.PasswordInput(
    attrs={"autocomplete": "current-password", "autocapitalize": "none", "spellcheck": "false"}
)


class PasswordAgainForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        widget=_CURRENT_PASSWORD,
        error_messages={"required": _("Enter your password")},
    )


class SignInForm(PasswordAgainForm):
    username = forms.CharField(
        label=_("User ID"),
        max_length=256,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "inputmode": "email",
            }
        ),
        help_text=_("Your work sign-in name, like ada@corp.example"),
        error_messages={"required": _("Enter your user ID")},
    )
    field_order = ["username", "password"]
