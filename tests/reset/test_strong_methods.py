"""ASVS 6.4.3: where policy says so, whoever has a passkey or an app does not get in without it."""

import pytest

from accounts.policy.models import Policy
from tests import cast
from tests.apps import code_now
from tests.journeys import NEW, ResetJourney

pytestmark = pytest.mark.django_db
ADA, BEN = "ada@corp.example", "ben@corp.example"


def rule(directory, **fields):
    Policy.objects.in_directory(directory).update(**fields)


@pytest.fixture(autouse=True)
def demanded(corp):
    rule(corp, strong_factors_required=True)


def mailed(name, run_outbox, postbox):
    journey = ResetJourney().start(name).choose(0)
    run_outbox()
    return journey.answer(postbox.code(f"{name.partition('@')[0]}@home.example"))


def test_a_mailed_code_leads_to_a_second_check(ben, run_outbox, postbox):
    journey = mailed(BEN, run_outbox, postbox)
    assert journey.step == "reset:method"
    assert "wants everybody who has set up a passkey" in journey.words
    assert "Second check" in journey.words
    journey.choose(1).answer(code_now())
    assert journey.save().step == "reset:done"


def test_the_app_alone_is_enough_where_one_check_is(ben):
    journey = ResetJourney().start(BEN).choose(1).answer(code_now())
    assert journey.save().step == "reset:done"


def test_who_has_none_needs_none(ada, run_outbox, postbox):
    assert mailed(ADA, run_outbox, postbox).save().step == "reset:done"


def test_before_the_first_check_nothing_is_said_of_it(ben):
    assert "wants everybody" not in ResetJourney().start(BEN).words


def test_the_last_of_two_checks_can_only_be_the_strong_one(ben, corp, run_outbox, postbox):
    cast.add_phone(ben)
    methods = ["alternate_email", "authenticator_app", "mobile_phone"]
    rule(corp, methods_required=2, methods=methods)
    journey = mailed(BEN, run_outbox, postbox)
    assert "authenticator" in journey.words
    assert "Text my mobile phone" not in journey.words
    assert all(journey.choose(number).step == "reset:method" for number in (0, 1, 2))


def test_a_method_the_policy_does_not_have_is_not_asked_for(ben, corp, run_outbox, postbox):
    rule(corp, methods=["alternate_email"])
    assert mailed(BEN, run_outbox, postbox).save().step == "reset:done"


def test_the_kernel_asks_again(ben, corp, run_outbox, postbox):
    """S-C42: switched on while somebody was under way by mail."""
    rule(corp, strong_factors_required=False)
    journey = mailed(BEN, run_outbox, postbox)
    assert journey.step == "reset:password"
    rule(corp, strong_factors_required=True)
    assert "The rules have changed" in journey.save(NEW).words
    rule(corp, strong_factors_required=False)
    assert journey.save(NEW).step == "reset:done"


def test_people_with_a_role_are_asked_as_well(helpdesk, corp, run_outbox, postbox):
    cast.add_phone(helpdesk)
    journey = mailed(helpdesk.user_principal_name, run_outbox, postbox)
    assert "wants everybody" in journey.words
    assert "Text my mobile phone" not in journey.words
