"""Phones as methods: numbers that are typed in whole, texts, calls, extensions, budgets."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from registration import challenges, methods
from registration.models import Challenge, Factor
from registration.telephony.backends import locmem
from registration.telephony.backends.base import Call, Text
from registration.telephony.budgets import TelephonyBudget, TelephonyPeriod
from reset import decoys
from tests import cast
from tests.journeys import NEW, ResetJourney, can_sign_in, words_of
from tests.reports.visits import enter
from tests.support import canary

pytestmark = pytest.mark.django_db
NUMBER = "+447700900123"
DESK = "+442079460345;ext=45"
CLEO = "cleo@corp.example"


@pytest.fixture(autouse=True)
def _policy(corp):
    corp.default_region = "GB"
    corp.save(update_fields=["default_region"])
    offered = ["alternate_email", "mobile_phone", "office_phone", "authenticator_app"]
    Policy.objects.in_directory(corp).update(methods=offered)
    locmem.outbox.clear()


@pytest.fixture
def phone(cleo):
    return cast.add_phone(cleo, NUMBER)


def code_in(message):
    """The code of a text or a call."""
    if isinstance(message, Text):
        return canary.watch(message.body.splitlines()[-1].rpartition("#")[2])
    digits = message.spoken.partition(": ")[2].partition(".")[0]
    return canary.watch("".join(digit for digit in digits if digit.isdigit()))


def typed(journey, number):
    return journey.post("reset:address", address=number)


def test_a_reset_by_text(phone, run_outbox):
    journey = ResetJourney().start(CLEO).choose(0)
    assert journey.step == "reset:address"
    assert "+44 ••••••23" in journey.words
    typed(journey, "07700 900 123")
    run_outbox()
    (text,) = locmem.outbox
    assert isinstance(text, Text)
    assert text.to == NUMBER
    journey.answer(code_in(text)).save()
    assert journey.step == "reset:done"
    assert can_sign_in(CLEO, NEW)


def test_the_alarm_knows_of_codes_that_came_back(phone, run_outbox):
    journey = ResetJourney().start(CLEO).choose(0)
    typed(journey, NUMBER)
    run_outbox()
    journey.answer("000000")
    (period,) = TelephonyPeriod.objects.in_directory(phone.directory_id)
    assert (period.country, period.sent, period.answered) == ("GB", 1, 0)
    journey.answer(code_in(locmem.outbox[0]))
    period.refresh_from_db()
    assert (period.sent, period.answered) == (1, 1)


def test_a_reset_by_call(phone, run_outbox):
    journey = ResetJourney().start(CLEO).choose(1)
    typed(journey, NUMBER)
    run_outbox()
    (call,) = locmem.outbox
    assert isinstance(call, Call)
    assert journey.answer(code_in(call)).step == "reset:password"


def test_the_extension_of_a_desk_is_dialled(cleo, run_outbox):
    """Acceptance example 3: dialled, and not stripped."""
    cast.add_desk(cleo, DESK)
    journey = ResetJourney().start(CLEO).choose(0)
    typed(journey, "020 7946 0345")
    run_outbox()
    (call,) = locmem.outbox
    assert isinstance(call, Call)
    assert (call.to, call.extension) == ("+442079460345", "45")
    assert journey.answer(code_in(call)).step == "reset:password"


def test_text_and_call_are_one_gate(corp, cleo, phone, run_outbox):
    Policy.objects.in_directory(corp).update(methods_required=2)
    cast.add_mailbox(cleo)
    journey = ResetJourney().start(CLEO).choose(1)
    typed(journey, NUMBER)
    run_outbox()
    journey.answer(code_in(locmem.outbox[0]))
    assert journey.step == "reset:method"
    assert "my mobile phone" not in journey.words


@pytest.mark.parametrize("number", ["07700 900124", "+1 202 555 0123", "nonsense", "1" * 90])
def test_a_wrong_number_looks_right_and_sends_nothing(phone, run_outbox, number):
    journey = ResetJourney().start(CLEO).choose(0)
    typed(journey, number)
    assert journey.step == "reset:code"
    run_outbox()
    assert locmem.outbox == []
    assert journey.answer("000000").step == "reset:code"


def test_an_empty_number_is_asked_for_again(phone):
    journey = ResetJourney().start(CLEO).choose(0)
    assert "Enter the whole number" in typed(journey, "").words
    assert not Challenge.objects.exists()


def test_numbers_cannot_be_guessed(phone):
    """S-C44: five tries an hour, and the right number after that is paused like a wrong one."""
    journey = ResetJourney().start(CLEO)
    for ending in range(5):
        typed(journey.choose(0), f"0770090000{ending}")
        journey.post("reset:other_check")
    assert "Paused until" in typed(journey.choose(0), NUMBER).words


def test_somebody_elses_number_is_a_wrong_one(phone, ada, run_outbox):
    cast.add_phone(ada, "+447700900555")
    typed(ResetJourney().start(CLEO).choose(0), "+447700900555")
    run_outbox()
    assert locmem.outbox == []


def test_no_number_is_in_the_trail(phone, run_outbox):
    typed(ResetJourney().start(CLEO).choose(0), NUMBER)
    run_outbox()
    assert not any(b"7700900123" in bytes(row.body) for row in AuditRecord.objects.all())


def test_over_budget_another_way_is_offered(corp, phone, run_outbox):
    TelephonyBudget.objects.update_or_create(directory=corp, defaults={"per_number": 0})
    journey = ResetJourney().start(CLEO).choose(0)
    typed(journey, NUMBER)
    assert "cannot send anything there" in journey.words
    assert journey.page.status_code == 503
    journey.post("reset:other_check")
    assert journey.step == "reset:method"
    assert locmem.outbox == []


def test_nobodys_texts_run_out_like_anybodys(corp, phone):
    """The ghost is offered what Cleo has, since nobody else has anything."""
    decoys.recompute()
    TelephonyBudget.objects.update_or_create(directory=corp, defaults={"per_person": 0})
    journey = ResetJourney().start("ghost@corp.example").choose(0)
    assert journey.step == "reset:address"
    assert "cannot send anything there" in typed(journey, NUMBER).words


def test_a_phone_is_registered_by_call(cleo, client, run_outbox):
    browser = enter(client, cleo)
    page = browser.post(
        reverse("registration:add", args=["mobile_phone"]),
        {"country": "GB", "number": "07700 900123", "way": "call"},
        follow=True,
    )
    assert "+44 7700 900123" in words_of(page)
    run_outbox()
    browser.post(page.request["PATH_INFO"], {"code": code_in(locmem.outbox[0])})
    factor = Factor.objects.in_directory(cleo.directory_id).get()
    assert (factor.address, bool(factor.confirmed_at)) == (NUMBER, True)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "empty"),
        ("0909 879 0123", "premium"),
        ("12", "too_short"),
        ("call me", "letters"),
        ("\x00", "characters"),
        ("+1 202 555 0123", "country_not_allowed"),
    ],
)
def test_what_is_no_number_for_this_is_refused_with_a_reason(cleo, number, code):
    """Acceptance example 2: what is malformed never becomes a method."""
    with pytest.raises(ValidationError) as refusal:
        methods.get("mobile_phone").draft(cleo, {"number": number, "country": "GB"})
    assert refusal.value.error_dict["number"][0].code == code


def test_without_a_provider_of_calls_nobody_is_called(settings, phone):
    settings.TELEPHONY_PROVIDERS = [
        {
            "NAME": "gateway",
            "BACKEND": "registration.telephony.backends.http.Gateway",
            "OPTIONS": {"text": {"url": "http://127.0.0.1:9/", "json": {}}},
        }
    ]
    assert [way.slug for way in methods.get("mobile_phone").ways] == ["text"]
    assert methods.get("office_phone").ways == ()


def test_two_people_may_share_a_number(cleo, ada, phone):
    shared = cast.add_phone(ada, NUMBER)
    one, other = (challenges.destination_of(factor, "") for factor in (phone, shared))
    assert one == other  # and with it the limit of messages to it
