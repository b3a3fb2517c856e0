"""The forms in which people answer a challenge."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_CODE = 100  # more than anybody types; what is too long is simply wrong


class AnswerForm(forms.Form):
    """What one question asks for. ``asked`` is the field that shows what is wrong with it."""

    asked: str | None = None

    @property
    def answer(self) -> str:
        """What was typed, as one text. Only of a form that is valid."""
        raise NotImplementedError


class CodeForm(AnswerForm):
    """One code."""

    asked = "code"
    code = forms.CharField(
        max_length=LONGEST_CODE,
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "pattern": "[0-9]*",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "is-code",
            }
        ),
    )

    def __init__(self, label: Any, hint: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"].label = label
        self.fields["code"].help_text = hint

    @property
    def answer(self) -> str:
        return str(self.cleaned_data["code"])


class SavedCodeForm(CodeForm):
    """One code of letters and numbers that was kept somewhere: long, and not in a message."""

    code = forms.CharField(
        max_length=LONGEST_CODE,
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "is-key",
            }
        ),
    )


class _Unechoed(forms.TextInput):
    """What was typed is never sent back in a page."""

    def format_value(self, value: Any) -> None:
        return None


def answer_field(label: Any) -> forms.CharField:
    """The answer to one security question."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(
        label=label,
        max_length=LONGEST_CODE,
        widget=_Unechoed(attrs=attrs),
        error_messages={"required": _("Enter an answer")},
    )


class QuestionsForm(AnswerForm):
    """Some questions at once. What is wrong is said of all of them together."""

    def __init__(self, questions: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.cleaned_data: dict[str, Any] = {}  # so that an empty form can be refused, too
        for name, text in questions:
            self.fields[name] = answer_field(text)

    @property
    def answer(self) -> str:
        """JSON: each answer by the name of its question."""
        return json.dumps(self.cleaned_data)
