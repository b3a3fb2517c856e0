"""What the templates of form fields share."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def attributes(widget: dict[str, Any]) -> SafeString:
    """A widget's attributes but for its class, which its template writes itself.

    The description of an invalid field names its errors, too (components/field_errors.html).
    """
    attrs = {name: value for name, value in widget["attrs"].items() if name != "class"}
    described = str(attrs.get("aria-describedby", ""))
    if described and "aria-invalid" in attrs and attrs.get("id") and "_error" not in described:
        attrs["aria-describedby"] = f"{described} {attrs['id']}_error"
    return flatatt(attrs)
