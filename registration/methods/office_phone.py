"""A code by a call to the phone on the desk, its extension dialled."""

from django.utils.translation import gettext_lazy as _

from registration.methods.base import Way
from registration.methods.phone import CALL, Phone


class OfficePhone(Phone):
    slug = "office_phone"
    name = _("Office phone")
    label = _("Call my office phone")
    hint = _("A call to your desk tells you a code")
    icon = "desk"
    code_label = _("Code from the call")
    number_hint = _("With its extension, if it has one, like 020 7946 0100 ext. 45.")
    can_be = (Way(CALL, label, icon, _("Call me")),)
