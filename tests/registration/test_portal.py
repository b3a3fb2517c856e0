"""The registration portal, as a signed-in person uses it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits.services import spend
from accounts.outbox.models import Parcel
from accounts.policy.models import Policy
from accounts.policy.services import effective
from registration import challenges, factors
from registration.models import Challenge, Coverage, Factor
from registration.services import second_factors, usable_factors
from tests import cast
from tests.journeys import words_of
from tests.registration.conftest import kinds
from tests.registration.provers import CLIENT, app_code

pytestmark = pytest.mark.django_db
NEW = "cleo@vale-mail.example"


def add(browser, address=NEW):
    return browser.post("/register/add/alternate_email/", {"address": address}, follow=True)


def notified():
    parcels = Parcel.objects.filter(kind="notice")
    return sorted(parcel.payload["to"] for parcel in parcels)


def test_an_address_counts_once_its_code_is_entered(cleo, signed_in, mailed_code, no_secret_kept):
    """Acceptance example 18: and is one row of the trail, like each other item."""
    browser = signed_in(cleo)
    page = add(browser)
    assert not usable_factors(cleo, effective(cleo))
    code = mailed_code(NEW)
    done = browser.post(page.request["PATH_INFO"], {"code": code}, follow=True)
    assert "You are covered" in words_of(done)
    assert [factor.address for factor in usable_factors(cleo, effective(cleo))] == [NEW]
    assert kinds()[-2:] == ["registration.code_sent", "registration.factor_confirmed"]


def test_every_address_hears_of_a_new_one(ada, signed_in, mailed_code):
    browser = signed_in(ada)
    page = add(browser)
    browser.post(page.request["PATH_INFO"], {"code": mailed_code(NEW)})
    assert notified() == sorted([NEW, "ada@home.example", "ada@mail.example"])


def test_the_mail_says_what_the_code_is_for(cleo, signed_in, mailed_code, postbox):
    add(signed_in(cleo))
    code = mailed_code(NEW)
    mail = postbox.messages[-1]
    text = mail.get_body(("plain",)).get_content()
    assert code not in mail["Subject"]
    assert "to add this address" in text
    assert "10 minutes" in text
    assert "never ask" in text


def test_a_wrong_code_is_refused_with_the_tries_left(cleo, signed_in):
    browser = signed_in(cleo)
    page = add(browser)
    wrong = browser.post(page.request["PATH_INFO"], {"code": "000000"})
    assert wrong.context["form"].errors.as_data()["code"][0].code == "wrong"
    assert "You have 4 more tries" in words_of(wrong)
    assert kinds()[-1] == "registration.confirmation_failed"


def test_five_wrong_codes_end_it(cleo, signed_in, mailed_code):
    browser = signed_in(cleo)
    address = add(browser).request["PATH_INFO"]
    code = mailed_code(NEW)
    for _try in range(5):
        page = browser.post(address, {"code": "x"})
    assert "Start again" in words_of(page)
    right = browser.post(address, {"code": code})
    assert right.context["form"].errors.as_data()["code"][0].code == "used_up"
    assert not usable_factors(cleo, effective(cleo))


def test_an_empty_code_is_no_try(cleo, signed_in):
    browser = signed_in(cleo)
    address = add(browser).request["PATH_INFO"]
    page = browser.post(address, {})
    assert page.context["form"].errors.as_data()["code"][0].code == "required"
    assert page.context["challenge"].tries == 0


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "required"),
        ("no address", "invalid"),
        ("a@b@c.example", "invalid"),
        ("cleo@corp.example", "own_domain"),
        ("cleo@CORP.example", "own_domain"),
        ("cleo@mail.corp.example", "own_domain"),
    ],
)
def test_a_useless_address_is_refused_with_the_reason(cleo, signed_in, address, code):
    page = add(signed_in(cleo), address)
    assert page.context["form"].errors.as_data()["address"][0].code == code
    assert not Factor.objects.in_directory(cleo.directory_id).exists()


@pytest.mark.parametrize("address", ["ada@home.example", "ADA@Home.Example"])
def test_an_address_is_added_only_once(ada, signed_in, address):
    page = add(signed_in(ada), address)
    assert page.context["form"].non_field_errors().as_data()[0].code == "duplicate"


def test_five_of_a_kind_are_enough(cleo, signed_in):
    for number in range(5):
        cast.add_mailbox(cleo, f"{number}@home.example")
    page = add(signed_in(cleo))
    assert page.context["form"].non_field_errors().as_data()[0].code == "too_many"


def test_what_was_never_confirmed_makes_way(cleo, signed_in):
    browser = signed_in(cleo)
    first = add(browser, "one@home.example").request["PATH_INFO"]
    add(browser, "two@home.example")
    held = Factor.objects.in_directory(cleo.directory_id).values_list("address", flat=True)
    assert list(held) == ["two@home.example"]
    assert browser.get(first).status_code == 404


def test_nobody_confirms_what_another_session_began(cleo, signed_in, mailed_code):
    address = add(signed_in(cleo)).request["PATH_INFO"]
    elsewhere = signed_in(cleo)
    assert elsewhere.post(address, {"code": mailed_code(NEW)}).status_code == 404


def test_a_new_method_rests_before_it_counts(cleo, signed_in, mailed_code):
    Policy.objects.in_directory(cleo.directory_id).update(factor_rest_hours=24)
    browser = signed_in(cleo)
    page = add(browser)
    browser.post(page.request["PATH_INFO"], {"code": mailed_code(NEW)})
    assert not usable_factors(cleo, effective(cleo))
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert usable_factors(cleo, effective(cleo))


def test_an_app_is_scanned_or_typed(cleo, signed_in):
    browser = signed_in(cleo)
    page = browser.post("/register/add/authenticator_app/", follow=True)
    picture = browser.get(page.context["picture_url"])
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert b"style" not in picture.content
    assert page.context["setup"].key in words_of(page)


def test_a_picture_is_shown_to_nobody_else(cleo, ada, signed_in, client):
    page = signed_in(cleo).post("/register/add/authenticator_app/", follow=True)
    address = page.context["picture_url"]
    assert signed_in(ada).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_the_picture_is_gone_once_the_app_is_added(cleo, signed_in):
    browser = signed_in(cleo)
    page = browser.post("/register/add/authenticator_app/", follow=True)
    Factor.objects.in_directory(cleo.directory_id).update(confirmed_at=timezone.now())
    assert browser.get(page.context["picture_url"]).status_code == 404


def test_removing_tells_the_address_that_goes(ada, signed_in):
    factor = Factor.objects.in_directory(ada.directory_id).get(user=ada)
    browser = signed_in(ada)
    assert "Remove it" in words_of(browser.get(f"/register/{factor.pk}/remove/"))
    page = browser.post(f"/register/{factor.pk}/remove/", follow=True)
    assert "Not covered yet" in words_of(page)
    assert notified() == ["ada@home.example", "ada@mail.example"]
    assert kinds()[-1] == "registration.factor_removed"


@pytest.mark.parametrize("page", ["remove", "rename"])
def test_somebody_elses_method_is_not_there(ada, cleo, signed_in, page):
    factor = Factor.objects.in_directory(ada.directory_id).get(user=ada)
    assert signed_in(cleo).post(f"/register/{factor.pk}/{page}/", {"label": "x"}).status_code == 404
    assert Factor.objects.in_directory(ada.directory_id).filter(pk=factor.pk, label="").exists()


def test_an_app_gets_another_name(ben, signed_in):
    app = Factor.objects.in_directory(ben.directory_id).get(method="authenticator_app")
    browser = signed_in(ben)
    page = browser.post(f"/register/{app.pk}/rename/", {"label": "My blue phone"}, follow=True)
    assert "My blue phone" in words_of(page)


def test_a_role_holders_last_app_stays(operator, signed_in):
    app = Factor.objects.in_directory(operator.directory_id).get(method="authenticator_app")
    browser = _with_second_factor(signed_in(operator))
    page = browser.post(f"/register/{app.pk}/remove/")
    assert (page.status_code, "Add another second check first" in words_of(page)) == (409, True)


@pytest.mark.parametrize("page", ["add/alternate_email/", "add/authenticator_app/"])
def test_the_password_is_asked_again_before_anything_changes(ada, signed_in, page):
    browser = signed_in(ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = browser.post(f"/register/{page}", {"address": NEW})
    assert answer["Location"].startswith(reverse("signin:again"))
    assert not Parcel.objects.filter(kind="challenge").exists()


def test_the_password_is_asked_again_before_a_method_goes(ada, signed_in):
    factor = Factor.objects.in_directory(ada.directory_id).get(user=ada)
    browser = signed_in(ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = browser.post(f"/register/{factor.pk}/remove/")
    assert answer["Location"].startswith(reverse("signin:again"))
    assert Factor.objects.in_directory(ada.directory_id).filter(pk=factor.pk).exists()


def test_saying_that_all_is_well_sends_nothing(ada, signed_in):
    """Acceptance example 22."""
    Coverage.objects.in_directory(ada.directory_id).update(confirmed_at=None)
    page = signed_in(ada).post("/register/looks-good/", follow=True)
    assert page.context["overview"].confirmed_at
    assert not Parcel.objects.exists()
    assert kinds() == ["registration.coverage_confirmed"]


def test_a_new_code_has_to_wait(cleo, signed_in):
    browser = signed_in(cleo)
    address = add(browser).request["PATH_INFO"]
    page = browser.post(f"{address}again/", follow=True)
    assert "too early" in words_of(page)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        page = browser.post(f"{address}again/", follow=True)
    assert "A new code is on its way" in words_of(page)
    assert Parcel.objects.filter(kind="challenge").count() == 2


def test_a_method_outside_the_policy_is_not_there(cleo, signed_in):
    Policy.objects.in_directory(cleo.directory_id).update(methods=["alternate_email"])
    assert signed_in(cleo).post("/register/add/authenticator_app/").status_code == 404


def _with_second_factor(browser):
    browser.post("/sign-in/second-factor/", {"code": app_code()})
    return browser


def test_who_manages_people_may_remove_a_lost_app(operator, administrator):
    app = Factor.objects.in_directory(operator.directory_id).get(
        method="authenticator_app", user=operator
    )
    app.user, app.directory = operator, operator.directory
    factors.remove(app, client=CLIENT, actor=administrator)
    assert not second_factors(operator)
    assert AuditRecord.objects.get(kind="registration.factor_removed").actor_id == administrator.pk


def test_what_was_imported_and_not_confirmed_makes_way_for_its_owner(cleo, signed_in):
    cast.add_mailbox(cleo, NEW, confirmed_at=None, source="import")
    page = add(signed_in(cleo))
    assert page.resolver_match.view_name == "registration:confirm"
    assert Factor.objects.in_directory(cleo.directory_id).get().source == "self"


def test_when_nothing_is_left_one_starts_again(cleo, signed_in):
    browser = signed_in(cleo)
    address = add(browser).request["PATH_INFO"]
    assert not browser.get(address).context["over"]
    Challenge.objects.in_directory(cleo.directory_id).update(expires_at=timezone.now())
    assert "Start again" in words_of(browser.get(address))
    assert "no more codes" in words_of(browser.post(f"{address}again/", follow=True))


def test_messages_to_one_address_pause_for_everybody(cleo, signed_in):
    for _send in range(challenges.SENDS_TO_ONE_ADDRESS.times):
        spend(challenges.SENDS_TO_ONE_ADDRESS, challenges.destination_of(None, NEW))
    page = add(signed_in(cleo))
    assert page.context["form"].non_field_errors().as_data()[0].code == "paused"
    assert "(UTC)" in words_of(page)


def test_somebody_who_adds_all_day_is_paused(cleo, signed_in):
    browser = signed_in(cleo)
    for number in range(20):
        add(browser, f"{number}@home.example")
    page = add(browser)
    assert page.context["form"].non_field_errors().as_data()[0].code == "paused"
