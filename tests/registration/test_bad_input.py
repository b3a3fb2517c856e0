"""What people type and do wrong in the registration portal: told clearly, nothing kept."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.policy.models import Policy
from registration.models import Challenge, Factor, Purpose
from registration.telephony.backends import locmem
from registration.telephony.backends.base import Text
from tests import cast
from tests.journeys import ResetJourney, words_of
from tests.registration.conftest import kinds
from tests.telephony.test_phones import code_in

pytestmark = pytest.mark.django_db
NUMBER = "+447700900123"
NAUGHTY = [
    "\x00",
    "\u202e12345",
    "<script>alert(1)</script>",
    "' or 1=1 --",
    "%s{0}${7*7}",
    "🐢" * 300,
    "9" * 10_000,
    "\r\nBcc: a@b.example",
    "\ufeff\u200b\u00ad",
]


@pytest.fixture(autouse=True)
def _telephones(corp):
    corp.default_region = "GB"
    corp.save(update_fields=["default_region"])
    methods = ["alternate_email", "mobile_phone", "office_phone", "authenticator_app"]
    Policy.objects.in_directory(corp).update(methods=methods)
    locmem.outbox.clear()


def add(browser, method="mobile_phone", **fields):
    return browser.post(f"/register/add/{method}/", fields, follow=True)


def begun(browser, number=NUMBER):
    """Where the first code of a phone is entered."""
    return add(browser, country="GB", number=number, way="text").request["PATH_INFO"]


def errors(page):
    return {
        name: found[0].code
        for name, found in page.context["form"].errors.as_data().items()
        if found
    }


def confirmed(user):
    return (
        Factor.objects.in_directory(user.directory_id).filter(user=user).exclude(confirmed_at=None)
    )


@pytest.mark.parametrize(
    ("country", "number", "stored"),
    [
        ("GB", "07700 900123", NUMBER),
        ("GB", "(07700) 900-123", NUMBER),
        ("DE", "+44 7700 900123", NUMBER),
        ("GB", "0044 7700 900123", NUMBER),
        ("GB", "\u0660\u0667\u0667\u0660\u0660 \u0669\u0660\u0660\u0661\u0662\u0663", NUMBER),
        ("", "07700 900123", NUMBER),
    ],
)
def test_a_number_is_kept_in_one_form_however_it_is_written(
    cleo, signed_in, country, number, stored
):
    add(signed_in(cleo), country=country, number=number, way="text")
    assert Factor.objects.in_directory(cleo.directory_id).get().address == stored


def test_what_is_no_number_of_this_country_is_refused_at_its_field(cleo, signed_in):
    browser = signed_in(cleo)
    for country, number in (
        ("GB", "12"),
        ("GB", "call me"),
        ("GB", "+1 202 555 0123"),
        ("GB", "0909 879 0123"),
        ("GB", "+447700900123+447700900124"),
        ("DE", "07700 900123 000 000 000"),
        ("GB", "999"),
        ("GB", ""),
    ):
        page = add(browser, country=country, number=number, way="text")
        assert set(errors(page)) == {"number"}, number
    assert set(errors(add(browser, country="XX", number=NUMBER, way="text"))) == {"country"}
    assert set(errors(add(browser, country="GB", number=NUMBER, way="pigeon"))) == {"way"}
    assert not Factor.objects.in_directory(cleo.directory_id).exists()
    assert not locmem.outbox


def test_naughty_strings_break_no_field(ben, signed_in):
    browser = signed_in(ben)
    app = Factor.objects.in_directory(ben.directory_id).get(method="authenticator_app")
    before = set(confirmed(ben).values_list("pk", flat=True))
    for text in NAUGHTY:
        for page in (
            add(browser, "alternate_email", address=text),
            add(browser, country=text, number=text, way=text),
            add(browser, "office_phone", country="GB", number=text),
            browser.post(f"/register/{app.pk}/rename/", {"label": text}, follow=True),
            browser.post("/register/add/authenticator_app/", {"more": text}, follow=True),
        ):
            assert page.status_code == 200
            assert "<script>alert" not in page.content.decode()
    for text in NAUGHTY[:4]:
        assert browser.post(begun(browser), {"code": text, "name": text}).status_code == 200
    assert browser.get(f"/register/add/{'x' * 300}/").status_code == 404
    assert set(confirmed(ben).values_list("pk", flat=True)) == before


def test_somebody_elses_number_cannot_be_confirmed_without_it(ada, cleo, signed_in, run_outbox):
    """The code goes to its owner, who reads who asks; whoever typed it learns nothing."""
    cast.add_phone(ada, NUMBER)
    browser = signed_in(cleo)
    address = begun(browser)
    run_outbox()
    (text,) = locmem.outbox
    assert isinstance(text, Text)
    assert text.to == NUMBER
    assert "to add this number to your account" in text.body
    assert errors(browser.post(address, {"code": "000000"})) == {"code": "wrong"}
    assert not confirmed(cleo).exists()
    assert confirmed(ada).filter(address=NUMBER).exists()


def test_a_number_may_be_used_by_many_who_all_have_it(ada, ben, cleo, signed_in, run_outbox):
    """A family's or a department's telephone. Each proves to have it, for themselves."""
    for user in (ada, ben, cleo):
        browser = signed_in(user)
        address = begun(browser)
        run_outbox()
        browser.post(address, {"code": code_in(locmem.outbox[-1])})
        assert confirmed(user).filter(address=NUMBER).count() == 1


def test_a_code_for_something_else_confirms_nothing(cleo, signed_in, run_outbox):
    """And the one that was sent here gets nobody back in (S-C33)."""
    cast.add_phone(cleo, NUMBER)
    browser = signed_in(cleo)
    journey = ResetJourney(Client(REMOTE_ADDR="192.0.2.9")).start("cleo@corp.example").choose(0)
    journey.post("reset:address", address=NUMBER)
    run_outbox()
    for_reset = code_in(locmem.outbox[-1])
    address = begun(browser, "+447700900124")
    run_outbox()
    for_here = code_in(locmem.outbox[-1])
    assert errors(browser.post(address, {"code": for_reset})) == {"code": "wrong"}
    assert "You have 4 more tries" in journey.answer(for_here).words


def test_a_code_works_once_and_only_the_newest(cleo, signed_in, run_outbox):
    browser = signed_in(cleo)
    address = begun(browser)
    run_outbox()
    first = code_in(locmem.outbox[-1])
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        browser.post(f"{address}again/")
        run_outbox()
        second = code_in(locmem.outbox[-1])
        assert errors(browser.post(address, {"code": first})) == {"code": "wrong"}
        assert browser.post(address, {"code": second})["Location"] == "/register/"
        assert browser.post(address, {"code": second})["Location"] == "/register/"
    assert confirmed(cleo).count() == 1
    assert kinds().count("registration.factor_confirmed") == 1


def test_of_two_that_are_begun_at_once_the_later_one_counts(cleo, signed_in, run_outbox):
    one, two = signed_in(cleo), signed_in(cleo)
    first = begun(one)
    run_outbox()
    code = code_in(locmem.outbox[-1])
    second = begun(two)
    assert one.post(first, {"code": code}).status_code == 404
    run_outbox()
    two.post(second, {"code": code_in(locmem.outbox[-1])})
    assert confirmed(cleo).count() == 1
    held = Challenge.objects.in_directory(cleo.directory_id).filter(purpose=Purpose.REGISTER)
    assert held.exclude(passed_at=None).count() == 1


def test_numbers_with_other_extensions_are_others_and_with_the_same_are_not(cleo, signed_in):
    cast.add_desk(cleo, "+442079460345;ext=45")
    browser = signed_in(cleo)
    same = add(browser, "office_phone", country="GB", number="020 7946 0345 x45")
    assert same.context["form"].non_field_errors().as_data()[0].code == "duplicate"
    other = add(browser, "office_phone", country="GB", number="020 7946 0345 x46")
    assert "+44 20 7946 0345 ext. 46" in words_of(other)
