"""Providers as the environment names them; whatever cannot work is refused at the start."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from registration.telephony.providers import providers
from sspr import checks, telephones
from tests.telephony.conftest import by_gateway

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "word",
    "TWILIO_FROM": "+12025550100",
}
TEXT = {"url": "https://sms.example/send", "json": {"to": "{to}"}}
GATEWAY = {"name": "example", "text": TEXT}


@pytest.fixture
def named(monkeypatch):
    monkeypatch.delenv("TELEPHONY_PROVIDERS", raising=False)

    def from_environment(inbox="", **variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value if isinstance(value, str) else json.dumps(value))
        return [one["NAME"] for one in telephones.providers(inbox)]

    return from_environment


def test_without_a_word_there_is_none(named):
    assert named() == []


def test_what_is_configured_is_used_twilio_first(named):
    assert named(SMS_GATEWAYS=[GATEWAY, {**GATEWAY, "name": "spare"}], **TWILIO) == [
        "twilio",
        "example",
        "spare",
    ]


def test_the_order_can_be_given(named):
    given = {"SMS_GATEWAYS": GATEWAY, "TELEPHONY_PROVIDERS": "example, twilio"}
    assert named(**given, **TWILIO) == ["example", "twilio"]


def test_codes_are_printed_only_when_asked_for(named):
    assert named(TELEPHONY_PROVIDERS="console") == ["console"]


def test_a_demonstration_reaches_nobody(named, tmp_path):
    given = {"SMS_GATEWAYS": GATEWAY, "TELEPHONY_PROVIDERS": "twilio"}
    assert named(inbox=str(tmp_path), **given, **TWILIO) == ["inbox"]


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({**TWILIO, "TWILIO_FROM": ""}, "TWILIO_FROM"),
        ({**TWILIO, "TWILIO_API_BASE_URL": "http://api.example"}, "TWILIO_API_BASE_URL"),
        ({**TWILIO, "TWILIO_API_BASE_URL": "https://"}, "TWILIO_API_BASE_URL"),
        ({"TELEPHONY_PROVIDERS": "twilio"}, "twilio"),
        ({"SMS_GATEWAYS": "{"}, "SMS_GATEWAYS"),
        ({"SMS_GATEWAYS": "7"}, "SMS_GATEWAYS"),
        ({"SMS_GATEWAYS": {"name": "x"}}, "SMS_GATEWAYS"),
        ({"SMS_GATEWAYS": {**GATEWAY, "sms": {}}}, "SMS_GATEWAYS"),
        ({"SMS_GATEWAYS": {"name": "x", "text": {"json": {}}}}, "x.text"),
        ({"SMS_GATEWAYS": {"name": "x", "call": {"url": "http://sms.example"}}}, "x.call.url"),
    ],
)
def test_what_cannot_work_is_refused_by_name(named, variables, word):
    with pytest.raises(ImproperlyConfigured, match=word):
        named(**variables)


@pytest.mark.parametrize("wrong", [{"urll": "x"}, {"form": {}}])
def test_a_template_with_a_slip_stops_the_start(settings, wrong):
    entry = by_gateway("https://sms.example", json={})
    entry["OPTIONS"]["text"].update(wrong)
    settings.TELEPHONY_PROVIDERS = [entry]
    assert [message.id for message in checks.telephones(None)] == ["sspr.E003"]


def test_a_deployment_that_prints_codes_is_told_so(settings):
    settings.TELEPHONY_PROVIDERS = []
    assert checks.printed_codes(None) == []
    settings.TELEPHONY_PROVIDERS = telephones.providers("")
    console = "registration.telephony.backends.console.Console"
    settings.TELEPHONY_PROVIDERS = [{"NAME": "console", "BACKEND": console}]
    assert [message.id for message in checks.printed_codes(None)] == ["sspr.W001"]
    assert [provider.name for provider in providers()] == ["console"]
