"""What the registration portal asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import User
from registration.answer_forms import AnswerForm
from registration.methods.base import Method, Way
from registration.models import Challenge
from registration.rehearsal import Line


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


class TrialForm(forms.Form):
    """One of the factors a reset would offer, in one of the ways it can be used."""

    check = forms.ChoiceField(
        error_messages={
            "required": _("Choose what you want to try"),
            "invalid_choice": _("Choose what you want to try"),
        }
    )

    def __init__(self, offers: list[tuple[Line, Way]], data: Any = None) -> None:
        super().__init__(data)
        self.offers = {f"{line.factor.pk}.{way.slug}": (line, way) for line, way in offers}
        field: Any = self.fields["check"]
        field.choices = [(value, way.label) for value, (_line, way) in self.offers.items()]

    @property
    def chosen(self) -> tuple[Line, Way]:
        """What was chosen. Only of a form that is valid."""
        return self.offers[self.cleaned_data["check"]]


class WholeNumberForm(forms.Form):
    """The whole number of which only a part is shown."""

    address = forms.CharField(
        label=_("Full number"),
        max_length=100,
        error_messages={
            "required": _("Enter the whole number"),
            "max_length": _("Enter the number and nothing else"),
        },
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "is-ltr"}),
    )
