"""Fields that more than one portal asks for, alike everywhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 320
LONGEST_PASSWORD = 1024  # of what is typed; the rules say what is too long, and never cut
_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false", "class": "is-ltr"}


class UserIdField(forms.CharField):
    """A sign-in name, of whatever form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("User ID"),
            max_length=LONGEST_NAME,
            error_messages={
                "required": _("Enter your user ID"),
                "max_length": _("That is too long for a user ID"),
            },
            widget=forms.TextInput(
                attrs={**_AS_TYPED, "autocomplete": "username", "inputmode": "email"}
            ),
            **options,
        )


class PasswordField(forms.CharField):
    """A password somebody has: never trimmed, and never cut by the browser."""

    autocomplete = "current-password"

    def __init__(self, label: Any, required: Any) -> None:
        super().__init__(
            label=label,
            strip=False,
            max_length=LONGEST_PASSWORD,
            error_messages={
                "required": required,
                "max_length": _("A password has at most 256 characters"),
            },
            widget=forms.PasswordInput(
                attrs={**_AS_TYPED, "autocomplete": self.autocomplete, "maxlength": False}
            ),
        )


class NewPasswordField(PasswordField):
    """A password somebody chooses."""

    autocomplete = "new-password"

    def __init__(self) -> None:
        super().__init__(_("New password"), _("Enter a new password"))
