"""What Twilio is asked, to the letter."""

import logging
from xml.etree import ElementTree

import pytest

from registration.telephony.backends.base import Call, Text
from registration.telephony.backends.twilio import script
from registration.telephony.providers import providers
from tests.support.telephone_company import SENDER
from tests.telephony.conftest import NUMBER, by_twilio

HOME = "https://password.corp.example"
parsed = ElementTree.fromstring  # our own words, not somebody else's
REFERENCE = "4c1f6c0e-0000-4000-8000-000000000001"


@pytest.fixture
def twilio(settings, company):
    settings.PUBLIC_BASE_URL = HOME
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    return providers()[0]


def test_a_text_says_where_to_report_and_when_it_is_too_late(twilio, company):
    receipt = twilio.send_text(Text(NUMBER, "Corp: 1"), reference=REFERENCE)
    (asked,) = company.asked
    assert asked.path.endswith("/Messages.json")
    assert asked.fields == {
        "To": NUMBER,
        "From": SENDER,
        "Body": "Corp: 1",
        "ValidityPeriod": "600",
        "StatusCallback": f"{HOME}/webhooks/twilio/{REFERENCE}/",
    }
    assert receipt.sid.startswith("SM")


def test_a_call_brings_its_script_along(twilio, company):
    call = Call(NUMBER, "Hello: 1, 2, 3", "de", extension="417")
    assert twilio.place_call(call, reference=REFERENCE).sid.startswith("CA")
    (asked,) = company.asked
    assert asked.path.endswith("/Calls.json")
    assert "Url" not in asked.fields
    assert asked.fields["SendDigits"] == "wwww417"
    said = parsed(asked.fields["Twiml"]).find("Say")
    assert said is not None
    assert (said.text, said.get("language")) == ("Hello: 1, 2, 3", "de-DE")


def test_a_call_without_an_extension_dials_nothing(twilio, company):
    twilio.place_call(Call(NUMBER, "Hello", "en"), reference=REFERENCE)
    assert "SendDigits" not in company.asked[0].fields


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-US"),
        ("pt-br", "pt-BR"),
        ("de-at", "de-DE"),
        ("zh-hans", "cmn-CN"),
        ("xx", "en-US"),
    ],
)
def test_the_voice_speaks_the_persons_language(language, voice):
    assert f'language="{voice}"' in script(Call(NUMBER, "x", language))


def test_a_script_cannot_be_broken_out_of():
    said = parsed(script(Call(NUMBER, "</Say><Dial>+1</Dial>", "en")))
    assert [element.tag for element in said] == ["Pause", "Say"]


def test_a_messaging_service_sends_texts_and_places_no_calls(settings, company):
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url, sender="MG123")]
    (provider,) = providers()
    provider.send_text(Text(NUMBER, "x"), reference=REFERENCE)
    assert company.asked[0].fields["MessagingServiceSid"] == "MG123"
    assert "From" not in company.asked[0].fields
    assert not provider.calls


def test_a_machine_of_ones_own_asks_for_no_reports(twilio, company, settings):
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    twilio.send_text(Text(NUMBER, "x"), reference=REFERENCE)
    assert "StatusCallback" not in company.asked[0].fields


def test_nothing_is_logged_of_it(twilio, caplog):
    caplog.set_level(logging.INFO)
    twilio.send_text(Text(NUMBER, "Corp: 481516"), reference=REFERENCE)
    assert caplog.records == []
