"""A code to a mobile phone, by text message or by a call: two ways, one gate."""

from django.utils.translation import gettext_lazy as _

from registration.methods.base import Way
from registration.methods.phone import CALL, TEXT, Phone


class MobilePhone(Phone):
    slug = "mobile_phone"
    name = _("Mobile phone")
    label = _("Use my mobile phone")
    hint = _("A code comes as a text message or by a call")
    icon = "text"
    code_label = _("Code from your phone")
    can_be = (
        Way(TEXT, _("Text my mobile phone"), "text", _("Send me a text message")),
        Way(CALL, _("Call my mobile phone"), "call", _("Call me")),
    )
