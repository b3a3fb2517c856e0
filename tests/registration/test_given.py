"""Data that people were given and have not confirmed; the preferred one; being asked again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.policy.models import Policy
from registration import coverage, interrupts
from registration.models import Coverage, Factor, FactorSource
from tests import cast
from tests.journeys import NEW, ResetJourney, can_sign_in, words_of
from tests.registration.conftest import kinds
from tests.reports.visits import enter
from tests.reset.scene import begun

pytestmark = pytest.mark.django_db
HOME = "cleo@home.example"
CLEO = "cleo@corp.example"


@pytest.fixture
def given(cleo):
    """Cleo's organisation knows a mailbox of hers."""
    return cast.add_mailbox(cleo, HOME, confirmed_at=None, source=FactorSource.IMPORT)


def accept_unconfirmed(directory, accepted=True):
    Policy.objects.in_directory(directory).update(unconfirmed_data_accepted=accepted)


def standing(attempt):
    return attempt.user_id is not None


def test_given_data_resets_nothing_by_default(cleo, given):
    assert not standing(begun(CLEO))


def test_a_policy_may_accept_it(cleo, given, postbox, run_outbox):
    accept_unconfirmed(cleo.directory_id)
    journey = ResetJourney().start(CLEO).choose()
    run_outbox()
    journey.answer(postbox.code(HOME)).save()
    assert journey.step == "reset:done"
    assert can_sign_in(CLEO, NEW)


def test_a_policy_that_changes_its_mind_stops_the_reset(cleo, given, postbox, run_outbox):
    accept_unconfirmed(cleo.directory_id)
    journey = ResetJourney().start(CLEO).choose()
    run_outbox()
    journey.answer(postbox.code(HOME))
    accept_unconfirmed(cleo.directory_id, accepted=False)
    assert "The rules have changed" in journey.save().words
    assert not can_sign_in(CLEO, NEW)


def test_what_somebody_began_themselves_and_left_counts_under_no_policy(cleo):
    cast.add_mailbox(cleo, HOME, confirmed_at=None)
    accept_unconfirmed(cleo.directory_id)
    assert not standing(begun(CLEO))
    assert not coverage.update(cleo).registered


def test_it_never_counts_for_people_with_a_role(corp, make_user):
    helpdesk = make_user("hugo", roles=("helpdesk",))
    for add in (cast.add_mailbox, cast.add_app):
        add(helpdesk, confirmed_at=None, source=FactorSource.IMPORT)
    accept_unconfirmed(corp)
    assert not standing(begun(helpdesk.user_principal_name))


def test_coverage_follows_the_policy(cleo, given):
    assert not coverage.update(cleo).registered
    accept_unconfirmed(cleo.directory_id)
    assert coverage.update(cleo).registered
    coverage.rebuild(cleo.directory)
    assert Coverage.objects.in_directory(cleo.directory_id).get(user=cleo).methods == [
        "alternate_email"
    ]


def test_its_owner_confirms_it(cleo, given, signed_in, postbox, run_outbox):
    browser = signed_in(cleo)
    assert HOME in words_of(browser.get("/register/"))
    page = browser.post(reverse("registration:confirm_given", args=[given.pk]), follow=True)
    run_outbox()
    browser.post(page.request["PATH_INFO"], {"code": postbox.code(HOME)})
    given.refresh_from_db()
    assert given.confirmed_at
    assert standing(begun(CLEO))


def test_its_owner_says_it_is_not_theirs(cleo, given, signed_in):
    signed_in(cleo).post(reverse("registration:remove", args=[given.pk]))
    assert not Factor.objects.in_directory(cleo.directory_id).exists()


def test_nobody_confirms_or_prefers_anothers(cleo, given, ben, signed_in):
    browser = signed_in(ben)
    for name in ("confirm_given", "prefer", "remove"):
        assert browser.post(reverse(f"registration:{name}", args=[given.pk])).status_code == 404
    given.refresh_from_db()
    assert not given.confirmed_at
    assert not given.is_preferred


def test_looking_changes_nothing(cleo, given, signed_in):
    browser = signed_in(cleo)
    for name in ("confirm_given", "prefer"):
        browser.get(reverse(f"registration:{name}", args=[given.pk]))
    given.refresh_from_db()
    assert not given.is_preferred
    assert not given.challenges.in_directory(cleo.directory_id).exists()


def test_the_preferred_one_is_offered_first(ben, signed_in):
    app = Factor.objects.in_directory(ben.directory_id).get(method="authenticator_app")
    signed_in(ben).post(reverse("registration:prefer", args=[app.pk]))
    offers = [offer["method"] for offer in begun("ben@corp.example").offers]
    assert offers == ["authenticator_app", "alternate_email"]
    assert "registration.factor_preferred" in kinds()


def test_another_one_can_be_preferred_instead(ben, signed_in):
    browser = signed_in(ben)
    mine = Factor.objects.in_directory(ben.directory_id).filter(user=ben)
    for factor in mine:
        browser.post(reverse("registration:prefer", args=[factor.pk]))
    assert mine.filter(is_preferred=True).count() == 1


@pytest.fixture
def required(corp):
    Policy.objects.in_directory(corp).update(registration_required=True)


def test_who_is_asked_again_is_held_up_once(required, ada, administrator):
    rows = Coverage.objects.in_directory(ada.directory_id)
    coverage.update(ada, looked_over=True)
    assert interrupts.why_due(ada) == ""
    enter(Client(), administrator).post(
        reverse("admin:registration_coverage_changelist"),
        {"action": "ask_again", "_selected_action": [ada.pk]},
    )
    assert rows.get(user=ada).asked_again_at
    assert interrupts.why_due(ada) == "asked"
    coverage.update(ada, looked_over=True)
    assert interrupts.why_due(ada) == ""


def test_nobody_is_asked_by_somebody_with_less_power(administrator, corp, make_user):
    boss = make_user("boss", roles=("directory_administrator",))
    coverage.update(boss, looked_over=True)
    enter(Client(), administrator).post(
        reverse("admin:registration_coverage_changelist"),
        {"action": "ask_again", "_selected_action": [boss.pk]},
    )
    assert Coverage.objects.in_directory(corp).get(user=boss).asked_again_at is None


def test_a_not_now_from_before_is_void(required, ada, administrator):
    coverage.update(ada)
    rows = Coverage.objects.in_directory(ada.directory_id).filter(user=ada)
    rows.update(put_off_until=timezone.now() + timedelta(hours=5))
    enter(Client(), administrator).post(
        reverse("admin:registration_coverage_changelist"),
        {"action": "ask_again", "_selected_action": [ada.pk]},
    )
    assert interrupts.RegistrationDue().due(ada)
