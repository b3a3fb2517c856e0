"""The shape of what people type. What it means is judged by the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import LONGEST_NAME, UserIdField
from accounts.new_password import NewPasswordForm
from accounts.policy.passwords import Rule
from reset.contact import Why
from reset.models import Goal


class StartForm(forms.Form):
    username = UserIdField()


class ContactForm(forms.Form):
    """For whom, and what is wrong: no words of one's own, which would be read by staff."""

    username = UserIdField()
    why = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Why.choices,
        error_messages={
            "required": _("Choose what fits best"),
            "invalid_choice": _("Choose what fits best"),
        },
        widget=forms.RadioSelect,
    )


class GoalForm(forms.Form):
    goal = forms.ChoiceField(
        label=_("Why are you having trouble?"),
        choices=[
            (Goal.RESET, _("I forgot my password")),
            (Goal.UNLOCK, _("I know my password, but I can’t sign in")),
        ],
        error_messages={
            "required": _("Choose what fits best"),
            "invalid_choice": _("Choose what fits best"),
        },
        widget=forms.RadioSelect,
    )


class CheckForm(forms.Form):
    """One of the offers, by its number."""

    check = forms.TypedChoiceField(
        coerce=int,
        error_messages={
            "required": _("Choose one of these, or say that none is yours"),
            "invalid_choice": _("Choose one of these, or say that none is yours"),
        },
    )

    def __init__(self, offers: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["check"].choices = [  # type: ignore[attr-defined]
            (offer["number"], offer["method"]) for offer in offers
        ]


class AddressForm(forms.Form):
    """The whole of an address or number of which only a part was shown."""

    address = forms.CharField(
        label=_("Full number"),
        max_length=LONGEST_NAME,
        error_messages={
            "required": _("Enter the whole number"),
            "max_length": _("Enter the number and nothing else"),
        },
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "is-ltr"}),
    )


class ResetPasswordForm(NewPasswordForm):
    sign_out = forms.BooleanField(
        label=_("Sign me out everywhere else"),
        help_text=_("Leave this on if somebody else may know your old password."),
        required=False,
        initial=True,
    )

    def __init__(
        self, posted: QueryDict | None, rules: Sequence[Rule], *, mixed: bool, may_stay: bool
    ) -> None:
        super().__init__(posted, rules, mixed=mixed)
        if not may_stay:
            del self.fields["sign_out"]
