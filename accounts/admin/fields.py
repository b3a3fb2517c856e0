"""Form fields of the configuration portal."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (value or "").splitlines())
        return [line for line in lines if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


def method_choices() -> list[tuple[str, Any]]:
    """The installed methods under the names people see, in the order they are offered in."""
    paths = settings.VERIFICATION_METHODS.items()
    return [(slug, import_string(path).label) for slug, path in paths]
