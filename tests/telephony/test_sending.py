"""One provider after the other: what each failure leads to, and what is written down of it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.mail import NotSent, Undeliverable
from accounts.outbox.services import TryLater
from registration.telephony import services
from registration.telephony.models import Message, Status
from registration.telephony.providers import can_call, can_text
from tests.support import canary
from tests.support.postbox import free_port
from tests.support.telephone_company import Answer, refusal
from tests.telephony.conftest import NUMBER, by_gateway, by_twilio

pytestmark = pytest.mark.django_db
BODY = "Corp: 481516 is your code."


@pytest.fixture
def two(settings, company, second):
    """Twilio first, then a gateway."""
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url), by_gateway(second.url)]


@pytest.fixture
def send(challenge):
    def text():
        return services.send_text(
            NUMBER, BODY, directory=challenge.directory_id, challenge=challenge.pk
        )

    return text


@pytest.fixture
def call(challenge):
    def place(**options):
        return services.place_call(
            NUMBER, "4, 8, 1", language="en", directory=challenge.directory_id, **options
        )

    return place


def test_the_first_provider_takes_it(two, send, company, second):
    message = send()
    assert [(one.fields["To"], one.fields["Body"]) for one in company.asked] == [(NUMBER, BODY)]
    assert (message.provider, message.status, message.sid[:2]) == ("twilio", Status.SENT, "SM")
    assert (message.prefix, message.segments, second.asked) == ("+1", 1, [])
    assert message.sent_at >= message.created_at


def test_neither_the_number_nor_the_code_is_kept(two, send, company, no_secret_kept):
    canary.watch(NUMBER)
    canary.watch("481516")
    company.script = [refusal(500, 20500)]
    first, second = send(), send()
    assert first.number_hash == second.number_hash
    assert len(first.number_hash) == 32


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (refusal(500, 20500), "20500"),
        (Answer(502, "<html>Bad gateway</html>"), "502"),
        (refusal(429, 20429), "20429"),
        (refusal(401, 20003), "20003"),
        (refusal(400, 21408), "21408"),
    ],
)
def test_another_provider_steps_in(two, send, company, second, rows, trouble, code):
    """S-F24: 5xx, 429, no balance, country blocked."""
    company.script = [trouble]
    assert send().provider == "gateway"
    assert rows() == [("twilio", "failed", code), ("gateway", "sent", "")]
    assert company.asked[0].fields["To"] == NUMBER
    assert second.asked[0].body == '{"to": "+12025550123", "text": "Corp: 481516 is your code."}'


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_is_wrong_is_tried_nowhere_else(two, send, company, second, rows, code):
    company.script = [refusal(400, code)]
    with pytest.raises(Undeliverable) as refused:
        send()
    assert NUMBER not in str(refused.value)
    assert (rows(), second.asked) == ([("twilio", "failed", str(code))], [])


def test_a_country_that_nobody_serves_is_undeliverable(settings, send, company):
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    company.script = [refusal(400, 21408)]
    with pytest.raises(Undeliverable, match="21408"):
        send()


def test_when_all_are_down_it_is_tried_later(settings, send, second, rows):
    away = f"http://127.0.0.1:{free_port()}"
    settings.TELEPHONY_PROVIDERS = [by_twilio(away), by_gateway(away, name="other")]
    with pytest.raises(NotSent):
        send()
    assert rows() == [("twilio", "failed", "away"), ("other", "failed", "away")]


@pytest.mark.parametrize("trouble", [Answer(hangs=True), Answer(cuts=True), Answer(201, "?")])
def test_a_lost_answer_is_not_repeated_at_the_next(
    two, impatient, send, company, second, rows, trouble
):
    """S-F24: time-out after accept. The message may be on its way already."""
    company.script = [trouble]
    with pytest.raises(TryLater) as later:
        send()
    assert not isinstance(later.value, NotSent)
    assert (rows(), second.asked) == ([("twilio", "unknown", "")], [])


def test_after_two_lost_answers_it_is_left_at_that(two, send, company, rows):
    company.script = [Answer(cuts=True), Answer(cuts=True)]
    with pytest.raises(TryLater):
        send()
    assert send().status == Status.UNKNOWN
    assert rows() == [("twilio", "unknown", "")] * 2


def test_a_gateways_lost_answer_counts_alike(settings, send, second, impatient, rows):
    settings.TELEPHONY_PROVIDERS = [by_gateway(second.url)]
    second.script = [Answer(hangs=True)]
    with pytest.raises(TryLater):
        send()
    assert rows() == [("gateway", "unknown", "")]


def test_three_failures_and_nobody_waits_for_it(two, send, company):
    company.script = [refusal(503, 20503)] * 3
    providers = [send().provider for _ in range(4)]
    assert (providers, len(company.asked)) == (["gateway"] * 4, 3)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert send().provider == "twilio"


def test_a_success_between_failures_starts_the_count_anew(two, send, company):
    company.script = [refusal(503, 20503), refusal(503, 20503), Answer()] * 2
    assert [send().provider for _ in range(6)] == ["gateway", "gateway", "twilio"] * 2


def test_a_provider_is_left_alone_as_long_as_it_asks(two, send, company):
    company.script = [refusal(429, 20429, Retry_After="60")]
    assert send().provider == "gateway"
    with time_machine.travel(timezone.now() + timedelta(seconds=59)):
        assert send().provider == "gateway"
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert send().provider == "twilio"


def test_providers_that_rest_are_no_reason_to_give_up(settings, send, company):
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    company.script = [refusal(429, 20429, Retry_After="60")]
    for _ in range(2):
        with pytest.raises(NotSent):
            send()
    assert len(company.asked) == 1


def test_a_call_goes_to_whoever_places_calls(settings, call, company, second):
    settings.TELEPHONY_PROVIDERS = [by_gateway(second.url), by_twilio(company.url)]
    assert (call().provider, second.asked) == ("twilio", [])


def test_without_a_provider_there_is_neither(settings, send, call):
    settings.TELEPHONY_PROVIDERS = []
    assert (can_text(), can_call()) == (False, False)
    for reach in (send, call):
        with pytest.raises(Undeliverable, match="nothing is configured"):
            reach()


@pytest.mark.parametrize("to", ["", "ada@home.example", "2025550123", "+"])
def test_what_is_no_number_goes_nowhere(two, challenge, company, rows, to):
    with pytest.raises(Undeliverable, match="not a number"):
        services.send_text(to, BODY, directory=challenge.directory_id)
    assert (company.asked, rows()) == ([], [])


def test_a_gateway_for_texts_places_no_calls(settings, second):
    settings.TELEPHONY_PROVIDERS = [by_gateway(second.url)]
    assert (can_text(), can_call()) == (True, False)


def test_a_row_stays_when_the_worker_dies_in_between(two, send, company, monkeypatch, challenge):
    def dies(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("registration.telephony.backends.twilio.Twilio.send_text", dies)
    with pytest.raises(KeyboardInterrupt):
        send()
    assert Message.objects.in_directory(challenge.directory_id).get().status == Status.QUEUED
