from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 1024  # of what is typed; the rules say what is too long, and never cut


def _password_input(token: str) -> forms.PasswordInput:
    return forms.PasswordInput(
        attrs={
            "autocomplete": token,
            "autocapitalize": "none",
            "spellcheck": "false",
            "class": "is-ltr",
            "maxlength": False,
        }
    )


class ChangeForm(forms.Form):
    current_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=LONGEST,
        error_messages={"required": _("Enter your current password")},
        widget=_password_input("current-password"),
    )
    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=LONGEST,
        error_messages={
            "required": _("Enter a new password"),
            "max_length": _("A password has at most 256 characters"),
        },
        widget=_password_input("new-password"),
    )
