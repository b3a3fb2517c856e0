"""Whom enforced registration holds up at sign-in, and whom it lets through: each rule's two sides.

What it asks of them there is in test_interrupts.py, being asked again in test_given.py.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.people.models import Directory, Group
from accounts.policy.models import Policy
from registration import asking, coverage, factors, interrupts
from registration.models import Coverage, Factor, FactorSource
from tests import cast
from tests.journeys import words_of
from tests.registration.conftest import kinds
from tests.registration.provers import CLIENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(corp):
    rules = Policy.objects.in_directory(corp)
    rules.update(registration_required=True, reconfirm_after_days=180, methods_required=2)
    return rules


def remove_app(user, **fields):
    app = Factor.objects.in_directory(user.directory_id).get(user=user, method="authenticator_app")
    app.user, app.directory = user, user.directory
    factors.remove(app, client=CLIENT, **fields)


def in_days(days):
    return time_machine.travel(timezone.now() + timedelta(days=days, seconds=1))


def test_who_takes_a_method_away_is_not_held_up_until_it_is_time(ben):
    """Acceptance example 19."""
    remove_app(ben)
    assert not coverage.of(ben).registered
    assert interrupts.why_due(ben) == ""
    with in_days(179):
        assert interrupts.why_due(ben) == ""
    with in_days(180):
        assert interrupts.why_due(ben) == "missing"


def test_who_never_had_enough_is_held_up_whatever_they_take_away(ada):
    mailbox = Factor.objects.in_directory(ada.directory_id).get(user=ada)
    mailbox.user, mailbox.directory = ada, ada.directory
    coverage.update(ada)
    factors.remove(mailbox, client=CLIENT)
    assert interrupts.why_due(ada) == "missing"


def test_what_staff_take_away_is_missed_at_the_next_sign_in(ben, administrator):
    remove_app(ben, actor=administrator)
    assert interrupts.why_due(ben) == "missing"


def test_who_is_asked_again_has_to_add_what_they_took_away(ben, administrator):
    remove_app(ben)
    row = Coverage.objects.in_directory(ben.directory_id).select_related("user").get(user=ben)
    asking.ask_again([row], actor=administrator, client=CLIENT)
    assert interrupts.why_due(ben) == "missing"


def test_saying_that_too_little_looks_good_confirms_nothing(ben, signed_in):
    """Else whoever took a method away could put the next question off for ever."""
    remove_app(ben)
    browser = signed_in(ben)
    before = coverage.of(ben).confirmed_at
    assert browser.get("/register/check/")["Location"] == "/register/"
    assert browser.post("/register/looks-good/")["Location"] == "/register/"
    assert coverage.of(ben).confirmed_at == before
    assert "registration.coverage_confirmed" not in kinds()


def test_to_have_enough_again_ends_the_excuse(ben, required):
    remove_app(ben)
    cast.add_app(ben)
    coverage.update(ben, looked_over=True)
    cast.add_phone(ben)
    methods = ["mobile_phone", "office_phone", "recovery_codes"]
    required.update(methods=methods)
    coverage.update(ben)
    assert interrupts.why_due(ben) == "missing"


def test_a_wider_scope_asks_nothing_of_people_who_have_enough(ben, ada, required):
    required.update(self_service_reset=False)
    for person in (ada, ben):
        assert interrupts.why_due(person) == ""
    required.update(self_service_reset=True)
    coverage.rebuild(ben.directory)
    assert interrupts.why_due(ben) == ""
    assert interrupts.why_due(ada) == "missing"


def test_data_that_counts_unconfirmed_is_looked_over_once(cleo, required, signed_in):
    required.update(methods_required=1)
    cast.add_mailbox(cleo, confirmed_at=None, source=FactorSource.IMPORT)
    Coverage.objects.in_directory(cleo.directory_id).update(confirmed_at=None)
    coverage.update(cleo)
    assert interrupts.why_due(cleo) == "missing"
    required.update(unconfirmed_data_accepted=True)
    coverage.rebuild(cleo.directory)
    assert interrupts.why_due(cleo) == "confirmation"
    browser = signed_in(cleo, to="/account/")
    page = browser.get("/register/check/")
    assert "From your organisation, not confirmed by you" in words_of(page)
    assert browser.post("/register/looks-good/")["Location"] == "/account/"
    assert interrupts.why_due(cleo) == ""


@pytest.mark.parametrize(("allowed", "due"), [(True, "missing"), (False, "")])
def test_only_role_holders_who_may_reset_are_held_up(corp, make_user, allowed, due):
    Directory.objects.filter(pk=corp.pk).update(administrators_may_reset=allowed)
    corp.refresh_from_db()
    assert interrupts.why_due(make_user("hugo", roles=("helpdesk",))) == due


def test_people_outside_the_scope_are_let_through(cleo, corp, required, signed_in):
    group = Group.objects.create(directory=corp, name="Pilot")
    policy = required.get()
    policy.groups.add(group)
    coverage.rebuild(corp)
    assert interrupts.why_due(cleo) == ""
    assert signed_in(cleo, to="/account/").get("/account/").status_code == 200


def test_the_next_time_may_be_put_off_as_often_as_the_first(cleo, required):
    required.update(registration_skips=1, methods_required=1)
    assert interrupts.put_off(cleo, client=CLIENT)
    assert not interrupts.put_off(cleo, client=CLIENT)
    cast.add_mailbox(cleo)
    coverage.update(cleo, looked_over=True)
    with in_days(180):
        assert interrupts.why_due(cleo) == "confirmation"
        assert interrupts.put_off(cleo, client=CLIENT)


def test_not_now_is_offered_on_the_page_that_asks(ben, required, signed_in):
    required.update(registration_skips=1)
    Coverage.objects.in_directory(ben.directory_id).update(confirmed_at=None)
    browser = signed_in(ben, to="/account/")
    assert "Not now" in words_of(browser.get("/register/check/"))
    assert browser.post("/register/not-now/")["Location"] == "/account/"
    with in_days(1):
        browser = signed_in(ben, to="/account/")
        assert "Not now" not in words_of(browser.get("/register/check/"))


def test_a_lost_phone_can_be_taken_away_while_being_asked(ben, signed_in):
    Coverage.objects.in_directory(ben.directory_id).update(confirmed_at=None)
    app = Factor.objects.in_directory(ben.directory_id).get(method="authenticator_app")
    browser = signed_in(ben, to="/account/")
    page = browser.post(f"/register/{app.pk}/remove/", follow=True)
    assert "Not covered yet" in words_of(page)
    assert interrupts.why_due(ben) == "missing"
    assert browser.get("/account/").status_code == 302
