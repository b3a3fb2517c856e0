"""The filters of the activity report: a GET form, so that every view is a link."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import Outcome
from accounts.people.models import Directory
from accounts.people.names import MAX_LENGTH
from reports.words import OUTCOMES, kind_choices

_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class DayField(forms.DateField):
    """A day, as browsers send it."""

    default_error_messages = {"invalid": _("Write the day like 2026-11-20.")}

    def __init__(self, label: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=widget,
            validators=_DAYS,
        )


class PickField(forms.ChoiceField):
    default_error_messages = {"invalid_choice": _("Choose one from the list.")}


class ActivityForm(forms.Form):
    q = forms.CharField(
        label=_("Person or reference"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = PickField(label=_("What happened"), required=False)
    outcome = PickField(label=_("Result"), required=False)
    since = DayField(_("From"))
    until = DayField(_("Until"))

    def __init__(self, *args: Any, directories: list[Directory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", [("", _("Anything")), *kind_choices()])
        self._choose("outcome", [("", _("Any")), *((o.value, OUTCOMES[o]) for o in Outcome)])
        if directories:
            choices = [(str(one.pk), one.name) for one in directories]
            self.fields["directory"] = PickField(
                label=_("Directory"), required=False, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", forms.ValidationError(_("This is before “From”."), "order"))
        return values

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
