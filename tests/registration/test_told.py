"""Who hears of a change of methods, and from when on a changed one opens a reset (S-C19)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from registration.models import Factor, FactorSource
from tests import cast
from tests.registration.test_recovery_codes import begun as new_codes
from tests.reset.scene import begun
from tests.support.postbox import text_of

pytestmark = pytest.mark.django_db
HOME, MAIL, GIVEN = "cleo@home.example", "cleo@mail.example", "cleo@given.example"


@pytest.fixture(autouse=True)
def _methods(corp):
    methods = ["alternate_email", "mobile_phone", "recovery_codes"]
    Policy.objects.in_directory(corp).update(methods=methods)


@pytest.fixture
def equipped(cleo):
    """Cleo has a mailbox and a phone, and was given another mailbox."""
    cast.add_mailbox(cleo, HOME)
    cast.add_phone(cleo, "+447700900123")
    cast.add_mailbox(cleo, GIVEN, confirmed_at=None, source=FactorSource.IMPORT)
    return cleo


def told():
    return sorted(parcel.payload["to"] for parcel in Parcel.objects.filter(kind="notice"))


def factor(user, address):
    return Factor.objects.in_directory(user.directory_id).get(user=user, address=address)


def confirm_given(browser, user, mailed_code):
    page = browser.post(f"/register/{factor(user, GIVEN).pk}/confirm/", follow=True)
    browser.post(page.request["PATH_INFO"], {"code": mailed_code(GIVEN)})


def test_what_is_confirmed_is_told_to_old_and_new(equipped, signed_in, mailed_code):
    confirm_given(signed_in(equipped), equipped, mailed_code)
    assert told() == [GIVEN, HOME, MAIL]


def test_a_removed_mailbox_is_told_with_the_others(equipped, signed_in):
    signed_in(equipped).post(f"/register/{factor(equipped, HOME).pk}/remove/")
    assert told() == [HOME, MAIL]


def test_no_phone_is_texted_about_changes(equipped, signed_in, run_outbox, postbox):
    """Texts cost money, and whoever pays them must not be able to be made to."""
    signed_in(equipped).post(f"/register/{factor(equipped, '+447700900123').pk}/remove/")
    assert told() == [HOME, MAIL]
    run_outbox()
    (mail,) = postbox.to(HOME)
    assert "IF THIS WAS NOT YOU" in text_of(mail)
    assert "Mobile phone" in text_of(mail)
    assert "900123" not in text_of(mail)


def test_what_was_given_by_mistake_hears_nothing(equipped, signed_in):
    """It may be a stranger's mailbox."""
    browser = signed_in(equipped)
    page = browser.get(f"/register/{factor(equipped, GIVEN).pk}/remove/")
    assert "this one included" not in page.content.decode()
    browser.post(f"/register/{factor(equipped, GIVEN).pk}/remove/")
    assert told() == [HOME, MAIL]


def test_codes_in_place_of_others_are_told(equipped, signed_in):
    cast.add_codes(equipped)
    browser = signed_in(equipped)
    page, codes = new_codes(browser)
    browser.post(page, {"code": codes[0]})
    assert told() == [HOME, MAIL]


def test_names_and_order_are_nobodys_news(equipped, signed_in):
    phone = factor(equipped, "+447700900123")
    browser = signed_in(equipped)
    browser.post(f"/register/{phone.pk}/rename/", {"label": "Red"})
    browser.post(f"/register/{phone.pk}/prefer/")
    phone.refresh_from_db()
    assert (phone.label, phone.is_preferred) == ("Red", True)
    assert told() == []


@pytest.mark.parametrize(("hours", "opens"), [(0, True), (24, False)])
def test_a_new_method_opens_a_reset_only_after_its_rest(cleo, signed_in, mailed_code, hours, opens):
    """S-C19. The owner sees when; given data rests like any other."""
    Policy.objects.in_directory(cleo.directory_id).update(factor_rest_hours=hours)
    cast.add_mailbox(cleo, GIVEN, confirmed_at=None, source=FactorSource.IMPORT)
    browser = signed_in(cleo)
    confirm_given(browser, cleo, mailed_code)
    assert (begun("cleo@corp.example").user_id is not None) is opens
    for page in ("/register/", "/register/check/"):
        assert ("from 2" in browser.get(page).content.decode()) is not opens
    with time_machine.travel(timezone.now() + timedelta(hours=hours, seconds=-5 * (not opens))):
        assert (begun("cleo@corp.example").user_id is not None) is opens
    with time_machine.travel(timezone.now() + timedelta(hours=hours, seconds=5)):
        assert begun("cleo@corp.example").user_id is not None
