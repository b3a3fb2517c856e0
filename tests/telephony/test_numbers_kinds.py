"""Kinds of numbers, which a policy may refuse, and the settings that say so."""

import pytest
from django.core.exceptions import ValidationError

from accounts.policy.models import Policy
from registration.telephony.kinds import Kind, check, kind_of
from registration.telephony.numbers import Number

NUMBERS = {
    Kind.MOBILE: ["+4915123456789", "+447700900123"],
    Kind.LANDLINE: ["+493023125123", "+442079460018"],
    Kind.VOIP: ["+445612345678"],
    Kind.PREMIUM: ["+499001234567", "+19005550123", "+447012345678", "+15005550006"],
    Kind.SHARED_COST: ["+491802123456"],
    Kind.UNKNOWN: ["+12025550123", "+18005550123"],
}
OPEN = {"refuse_voip_numbers": False, "refuse_landlines_for_text": False}


def refused(kind: Kind, method: str, policy: Policy | None) -> str:
    try:
        check(Number(NUMBERS[kind][0]), method, policy)
    except ValidationError as refusal:
        return str(refusal.code)
    return ""


def test_the_plan_of_numbers_hints_at_the_kind():
    found = {text: kind_of(Number(text)) for texts in NUMBERS.values() for text in texts}
    assert found == {text: kind for kind, texts in NUMBERS.items() for text in texts}


@pytest.mark.parametrize("method", ["mobile_phone", "office_phone"])
@pytest.mark.parametrize("policy", [None, Policy(**OPEN)])
def test_numbers_that_earn_money_are_refused_by_every_policy(method: str, policy: Policy | None):
    """S-C21: a premium number is how texts are turned into money."""
    kinds = {kind: refused(kind, method, policy) for kind in Kind}
    assert {kind for kind, code in kinds.items() if code} == {Kind.PREMIUM, Kind.SHARED_COST}
    assert kinds[Kind.PREMIUM] == kinds[Kind.SHARED_COST] == "premium"


def test_landlines_are_refused_where_texts_are_sent_unless_told_otherwise():
    assert refused(Kind.LANDLINE, "mobile_phone", Policy()) == "landline"
    assert refused(Kind.LANDLINE, "office_phone", Policy()) == ""
    assert refused(Kind.LANDLINE, "mobile_phone", Policy(**OPEN)) == ""
    assert refused(Kind.UNKNOWN, "mobile_phone", Policy()) == ""


@pytest.mark.parametrize("method", ["mobile_phone", "office_phone"])
def test_internet_telephone_numbers_are_refused_when_the_policy_says_so(method: str):
    assert refused(Kind.VOIP, method, Policy()) == ""
    assert refused(Kind.VOIP, method, Policy(refuse_voip_numbers=True)) == "voip"
    assert refused(Kind.MOBILE, method, Policy(refuse_voip_numbers=True)) == ""
