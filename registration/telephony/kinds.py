"""What kind of number it is, and which kinds a policy wants."""

from enum import StrEnum

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberType

from accounts.policy.models import Policy
from registration.telephony.numbers import Number, is_of_stories

MOBILE_PHONE = "mobile_phone"  # the method whose numbers are sent texts


class Kind(StrEnum):
    """A hint from the plan of numbers. A number that was moved to another network keeps its kind,
    and in some countries (+1) mobile numbers and landlines look alike: those are ``unknown``."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    UNKNOWN = "unknown"


_KINDS = {
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE: Kind.LANDLINE,
    PhoneNumberType.VOIP: Kind.VOIP,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    # Forwarded to wherever their holder likes, at a price that he has a share in.
    PhoneNumberType.PERSONAL_NUMBER: Kind.PREMIUM,
}
_EARNING = {Kind.PREMIUM, Kind.SHARED_COST}


def kind_of(number: Number) -> Kind:
    """What the plan of numbers says a number is for."""
    if is_of_stories(number):
        return Kind.MOBILE
    return _KINDS.get(phonenumbers.number_type(phonenumbers.parse(number.e164)), Kind.UNKNOWN)


def earns_money(number: Number) -> bool:
    """Does its holder get a share of what a call or text to it costs?"""
    return kind_of(number) in _EARNING


def check(number: Number, method: str, policy: Policy | None) -> None:
    """Refuse a number that this method shall not be registered with; raises ValidationError.

    Numbers that earn their holder money by being called are refused by every policy.
    """
    kind = kind_of(number)
    if kind in _EARNING:
        raise ValidationError(
            _("Calls to this number cost extra, so it cannot be used. Use another one."), "premium"
        )
    if policy is None:
        return
    if kind is Kind.VOIP and policy.refuse_voip_numbers:
        raise ValidationError(
            _("Your organisation does not accept internet telephone numbers. Use another one."),
            "voip",
        )
    if kind is Kind.LANDLINE and method == MOBILE_PHONE and policy.refuse_landlines_for_text:
        raise ValidationError(
            _("This is a landline, which takes no text messages. Use a mobile number."), "landline"
        )
