"""What is registered, once more and masked, before it counts as looked over (S-D28)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from registration.models import Factor
from tests import cast
from tests.journeys import words_of
from tests.registration.conftest import kinds
from tests.registration.provers import app_code

pytestmark = pytest.mark.django_db
CHECK = "/register/check/"


def test_it_shows_everything_masked_with_a_way_to_change_it(ben, signed_in):
    """S-D28."""
    cast.add_phone(ben, "+447700900123", label="Red phone")
    Policy.objects.in_directory(ben.directory_id).update(methods_required=2)
    page = signed_in(ben).get(CHECK)
    words, text = words_of(page), page.content.decode()
    assert "2 of these together get you back in" in words
    assert "b••••••@home.example" in words
    assert "+44 ••••••23" in words
    assert "ben@home.example" not in text
    assert "900123" not in text
    for factor in Factor.objects.in_directory(ben.directory_id):
        assert f'href="/register/#factor-{factor.pk}"' in text
    assert "Change : Alternate email b••••••@home.example" in words
    assert words.count("Everything looks good") == 1


def test_it_says_what_each_is_for(ben, signed_in):
    cast.add_phone(ben, "+447700900123")
    Factor.objects.in_directory(ben.directory_id).filter(method="authenticator_app").update(
        usable_from=timezone.now() + timedelta(hours=5)
    )
    words = words_of(signed_in(ben).get(CHECK))
    assert "For a forgotten password, from" in words
    assert "Not asked for under your organisation’s rules" in words


def test_a_role_holders_app_is_for_signing_in_too(operator, signed_in):
    browser = signed_in(operator)
    browser.post("/sign-in/second-factor/", {"code": app_code()})
    assert "For a forgotten password, and for signing in" in words_of(browser.get(CHECK))


def test_one_button_confirms_it_and_sends_nothing(ben, signed_in):
    browser = signed_in(ben)
    assert "Thank you" in words_of(browser.post("/register/looks-good/", follow=True))
    assert not Parcel.objects.exists()
    assert kinds() == ["registration.coverage_confirmed"]


def test_too_little_leads_to_where_more_is_added(cleo, signed_in):
    assert signed_in(cleo).get(CHECK)["Location"] == "/register/"


def test_it_is_nobodys_page_without_a_sign_in(client):
    assert client.get(CHECK)["Location"].startswith("/sign-in/")


def test_the_overview_tells_how_a_trial_went(ben, signed_in):
    now = timezone.now()
    mine = Factor.objects.in_directory(ben.directory_id).filter(user=ben)
    mine.filter(method="alternate_email").update(tried_at=now, worked_at=now)
    mine.filter(method="authenticator_app").update(tried_at=now)
    words = words_of(signed_in(ben).get("/register/"))
    assert ", worked" in words
    assert ", did not work" in words
    assert "Try my recovery" in words
    assert "1 needed, you have 2" in words


def test_what_only_lasts_a_while_is_no_cover(cleo, signed_in):
    cast.add_mailbox(cleo, ends_at=timezone.now() + timedelta(hours=1))
    assert "Not covered yet" in words_of(signed_in(cleo).get("/register/"))
