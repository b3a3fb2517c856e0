"""Form fields of the configuration portal."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.policy.validation import METHODS


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
    """The methods under the names people see, in the order they are offered in; then those that
    a policy may name although this installation does not have them."""
    installed = settings.VERIFICATION_METHODS
    missing = [slug for slug in METHODS if slug not in installed]
    return [(slug, import_string(path).label) for slug, path in installed.items()] + [
        (slug, _("%(name)s (not installed)") % {"name": slug}) for slug in missing
    ]
