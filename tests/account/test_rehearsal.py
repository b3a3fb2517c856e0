"""Trying one's recovery: the real questions, for nothing but to see that they work."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from registration import challenges
from registration.models import Factor
from reset.models import Attempt, Proof
from tests import cast
from tests.account.trials import START, WRONG, choose, factor_of, kinds, of_purpose, state, trial
from tests.apps import code_now
from tests.journeys import words_of
from writeback.models import Write

pytestmark = pytest.mark.django_db


@pytest.fixture
def odd(settings, ben):
    """Ben also has a beeper and a slip, and his policy both."""
    extra = {slug: f"tests.account.beeper.{slug.capitalize()}" for slug in ("beeper", "slip")}
    settings.VERIFICATION_METHODS = {**django_settings.VERIFICATION_METHODS, **extra}
    slugs = ["alternate_email", "authenticator_app", "beeper", "slip"]
    Policy.objects.in_directory(ben.directory).update(methods=slugs)
    return cast.add_factor(ben, "beeper", address="4711"), cast.add_factor(ben, "slip")


def test_what_works_is_seen_to_work(ben, bens):
    page = bens.get(START)
    assert "Not known to work yet 0 of the 1 needed" in words_of(page)
    told = bens.post(trial(bens, ben), {"code": code_now()}, follow=True)
    assert "It works" in words_of(told)
    assert "You can get back in 1 of the 1 needed" in words_of(told)
    assert kinds() == ["started", "passed"]
    assert "worked" in words_of(bens.get("/account/")).partition("Authenticator app")[2]


def test_a_mailed_code_is_answered_like_at_a_reset(ben, bens, postbox, run_outbox):
    where = trial(bens, ben, "alternate_email")
    run_outbox()
    message = postbox.messages[-1].as_string()
    assert "to try whether you could get back in" in message.replace("=\n", "")
    assert "register/confirm" not in message
    assert "/reset/" not in message
    told = bens.post(where, {"code": postbox.code("ben@home.example")}, follow=True)
    assert "It works" in words_of(told)


def test_a_rehearsal_writes_nothing_and_tells_nobody(ben, bens, postbox, run_outbox):
    before = (ben.password, Parcel.objects.count())
    bens.post(trial(bens, ben), {"code": code_now()})
    run_outbox()
    ben.refresh_from_db()
    assert (ben.password, Parcel.objects.count()) == before
    assert postbox.messages == []
    for model in (Write, Attempt, Proof):
        assert not model.objects.in_directory(ben.directory).exists()


def test_what_is_wrong_to_the_end_did_not_work(ben, bens):
    where = trial(bens, ben)
    for left in range(challenges.TRIES - 1, 0, -1):
        page = bens.post(where, {"code": WRONG})
        assert f"{left} more tr" in words_of(page)
        assert state(ben) == "untried"
    told = bens.post(where, {"code": WRONG}, follow=True)
    assert "did not work tried on" in words_of(told)
    assert "Remove what you no longer have" in words_of(told)
    assert state(ben) == "failed"
    assert bens.post(where, {"code": code_now()}, follow=True).redirect_chain
    assert state(ben) == "failed"


def test_nothing_that_arrived_is_found_in_time(ben, bens):
    where = trial(bens, ben, "alternate_email")
    told = bens.post(f"{where}nothing/", follow=True)
    assert "Good that you tried" in words_of(told)
    assert state(ben, "alternate_email") == "failed"
    assert kinds() == ["started", "failed"]
    assert of_purpose().get().closed_at


def test_a_later_trial_counts_more_than_the_one_before(ben, bens):
    bens.post(f"{trial(bens, ben)}nothing/")
    assert state(ben) == "failed"
    bens.post(trial(bens, ben), {"code": code_now()})
    assert state(ben) == "works"


def test_two_methods_are_needed_where_a_reset_needs_two(ben, bens):
    Policy.objects.in_directory(ben.directory).update(methods_required=2)
    told = bens.post(trial(bens, ben), {"code": code_now()}, follow=True)
    assert "Not enough works yet 1 of the 2 needed" in words_of(told)


def test_a_number_is_completed_like_at_a_reset(ben, bens, odd):
    beeper, _slip = odd
    asking = choose(bens, beeper, "buzz")["Location"]
    assert "•••• 11" in words_of(bens.get(asking))
    page = bens.post(asking, {"address": "4712"})
    assert "not the number we hold" in words_of(page)
    assert not of_purpose().exists()
    bens.post(asking, {"address": "4711"})
    assert of_purpose().get().way == "buzz"
    assert kinds() == ["failed", "started"]


@pytest.mark.parametrize("way", ["", "fax"])
def test_a_way_that_is_none_is_not_there(ben, bens, odd, way):
    assert bens.get(f"{START}number/{odd[0].pk}/", {"way": way}).status_code == 404
    assert choose(bens, odd[0], way).status_code == 200


def test_what_works_once_is_not_spent_on_a_trial(ben, bens, odd):
    page = bens.get(START)
    assert "each works once, so it is not tried" in words_of(page)
    assert "Use a slip" not in words_of(page)
    assert "Choose what you want to try" in words_of(choose(bens, odd[1]))
    assert not of_purpose().exists()


@pytest.mark.parametrize("why", ["disabled", "unconfirmed", "off the policy", "somebody else's"])
def test_what_a_reset_would_not_offer_is_not_tried(ben, bens, cleo, why):
    factor = factor_of(ben, "alternate_email")
    rows = Factor.objects.in_directory(ben.directory).filter(pk=factor.pk)
    if why == "disabled":
        rows.update(disabled_at=timezone.now())
    elif why == "unconfirmed":
        rows.update(confirmed_at=None)
    elif why == "off the policy":
        Policy.objects.in_directory(ben.directory).update(methods=["authenticator_app"])
    else:
        factor = cast.add_mailbox(cleo)
    assert "Choose what you want to try" in words_of(choose(bens, factor))
    assert bens.get(f"{START}number/{factor.pk}/").status_code == 404
    assert not of_purpose().exists()


def test_a_resting_factor_can_be_tried_and_says_that_it_rests(ben, bens):
    rows = Factor.objects.in_directory(ben.directory).filter(method="authenticator_app")
    rows.update(usable_from=timezone.now() + timedelta(days=1))
    told = bens.post(trial(bens, ben), {"code": code_now()}, follow=True)
    assert "counts for a reset from" in words_of(told)
