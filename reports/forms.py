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


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input"})


class ActivityForm(forms.Form):
    q = forms.CharField(
        label=_("Person or reference"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("What happened"), required=False)
    outcome = forms.ChoiceField(label=_("Result"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput, validators=_DAYS)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput, validators=_DAYS)

    def __init__(self, *args: Any, directories: list[Directory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", [("", _("Anything")), *kind_choices()])
        self._choose("outcome", [("", _("Any")), *((o.value, OUTCOMES[o]) for o in Outcome)])
        if directories:
            choices = [(str(one.pk), one.name) for one in directories]
            self.fields["directory"] = forms.ChoiceField(
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
