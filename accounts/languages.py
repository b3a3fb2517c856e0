"""The languages that are installed, and which of them somebody means."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _


def nearest(code: str) -> str:
    """The installed language for a code: de for de-DE; "" when there is none."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return ""


def choices() -> list[tuple[str, str]]:
    """Codes, and what each language calls itself."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def validate_language(code: str) -> None:
    """Refuse a language that nothing can be said in here; de-CH is said in de."""
    if not nearest(code):
        raise ValidationError(
            _("%(code)s is no language of this portal. Choose one of these: %(languages)s."),
            "language",
            {"code": code, "languages": ", ".join(code for code, _name in choices())},
        )


class LanguageField(forms.ChoiceField):
    """One of the installed languages; a person who came with de-CH finds de chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": choices, **options})

    def prepare_value(self, value: Any) -> Any:
        return nearest(value) if isinstance(value, str) and value else value


class OwnLanguageField(LanguageField):
    """A person's: none means the directory's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=_or_none, required=False, **options)


def _or_none() -> list[tuple[str, str]]:
    return [("", str(_("The directory’s"))), *choices()]
