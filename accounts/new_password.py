"""Choosing a new password: the form, and all that stands around its field, alike everywhere."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language

from accounts.forms import NewPasswordField
from accounts.policy.passwords import Rule
from accounts.policy.passwords.advice import advice
from accounts.policy.passwords.suggestion import passwordrules, suggest


class NewPasswordForm(forms.Form):
    """One field, and what would fit: ``rules`` told before typing, ``suggestion`` when asked for,
    ``advice`` where what was typed is easy to guess."""

    new_password = NewPasswordField()

    def __init__(self, posted: QueryDict | None, rules: Sequence[Rule], *, mixed: bool) -> None:
        """``mixed``: what is suggested shall have several kinds of characters."""
        asked = posted is not None and "suggest" in posted
        super().__init__(None if asked else posted)
        self.rules = rules
        self.advice: Sequence[str] = ()
        self.suggestion = ""
        attributes = self.fields["new_password"].widget.attrs
        attributes["passwordrules"] = passwordrules(self.rules, mixed=mixed)
        if asked:
            self._suggest(suggest(self.rules, get_language() or "en", mixed=mixed))

    def refuse(self, problems: Sequence[ValidationError], field: str = "new_password") -> None:
        """Say why it will not do, and what would be better."""
        if field == "new_password":
            self.advice = advice(self.cleaned_data["new_password"])
        for problem in problems:
            self.add_error(field, problem)

    def _suggest(self, phrase: str) -> None:
        """It is in the field, too: who has no scripts need not type it."""
        self.suggestion = phrase
        widget = self.fields["new_password"].widget
        assert isinstance(widget, forms.PasswordInput)
        widget.render_value = True
        self.initial = {"new_password": phrase}
