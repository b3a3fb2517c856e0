"""Which factors count, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.policy.services import effective
from registration import factors
from registration.challenges import Verdict
from registration.models import Factor
from registration.services import notice_addresses, own_factor, usable_factors
from tests import cast
from tests.registration.provers import CLIENT, answer, issue, right_answer

pytestmark = pytest.mark.django_db
BOTH = ["authenticator_app", "alternate_email"]
EMAIL = "alternate_email"


def rules(user, *methods):
    return replace(effective(user), methods=methods or tuple(BOTH))


@pytest.mark.parametrize(
    "fields",
    [
        {"disabled_at": timezone.now()},
        {"confirmed_at": None},
        {"usable_from": timezone.now() + timedelta(days=400)},
    ],
)
def test_what_is_out_of_use_is_not_offered(cleo, fields):
    cast.add_mailbox(cleo, **fields)
    assert usable_factors(cleo, rules(cleo)) == []


def test_factors_come_in_the_order_of_the_methods_and_the_oldest_first(ben):
    second = cast.add_mailbox(ben, "second@home.example")
    found = usable_factors(ben, rules(ben))
    assert [factor.method for factor in found] == [EMAIL, EMAIL, "authenticator_app"]
    assert found[1] == second


def test_a_method_the_policy_lacks_is_not_offered(ben):
    assert [factor.method for factor in usable_factors(ben, rules(ben, EMAIL))] == [EMAIL]


def test_somebody_elses_factor_is_not_offered(ada, cleo):
    assert usable_factors(cleo, rules(cleo)) == []


def test_only_confirmed_addresses_are_told(ada):
    cast.add_mailbox(ada, "typo@home.example", confirmed_at=None)
    cast.add_app(ada)
    assert list(notice_addresses(ada)) == ["ada@home.example"]


def test_an_address_out_of_use_is_still_told(ada):
    Factor.objects.in_directory(ada.directory_id).update(disabled_at=timezone.now())
    assert list(notice_addresses(ada)) == ["ada@home.example"]


def test_removing_a_factor_ends_what_was_asked_of_it(ada):
    factor = own_factor(ada, Factor.objects.in_directory(ada.directory_id).get().pk)
    assert factor
    challenge = issue(factor, EMAIL)
    code = right_answer(challenge)
    factors.remove(factor, client=CLIENT)
    assert answer(challenge, code).verdict is Verdict.CLOSED
