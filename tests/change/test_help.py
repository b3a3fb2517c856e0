"""The page of a new password helps: suggestions, what generators are told, advice."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from accounts.policy.passwords import PersonWords, refusals, rules_for
from tests.change.test_change import ADA, change, sign_in
from tests.journeys import Journey, can_sign_in
from tests.support import canary
from tests.support.memory import move_to_memory
from writeback import stores
from writeback.models import Write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]


def found(pattern, journey):
    match = re.search(pattern, journey.page.content.decode())
    assert match
    return match[1]


def suggested(journey, name="change:change", **more):
    journey.post(name, suggest="1", **more)
    return canary.watch(found(r"data-suggestion>([^<]*)<", journey))


def attribute(journey, name):
    return found(rf'{name}="([^"]*)"', journey)


def test_a_suggestion_is_shown_filled_in_and_can_be_saved(ada):
    """P-D21: without scripts; it is in no row, log, address or cookie afterwards."""
    journey = sign_in()
    phrase = suggested(journey)
    assert not refusals(phrase, rules_for(None, PersonWords()))
    assert f'value="{phrase}"' in journey.page.content.decode()
    assert not Write.objects.in_directory(ada.directory).exists()
    assert suggested(journey) != phrase
    change(journey, new=phrase)
    assert can_sign_in(ADA, phrase)


def test_asking_for_a_suggestion_tries_no_password(ada):
    """What stands in the other fields is neither judged nor shown again."""
    journey = sign_in()
    for _ in range(11):
        suggested(
            journey,
            current_password=canary.watch("wrong wrong wrong"),
            new_password=canary.watch("typed but never sent"),
        )
    assert "typed but never sent" not in journey.page.content.decode()
    assert "wrong wrong" not in journey.page.content.decode()
    assert change(journey).step == "account"


def test_no_copy_of_a_suggestion_is_kept_on_the_way(ada):
    journey = sign_in()
    suggested(journey)
    assert "no-store" in journey.page["Cache-Control"]
    journey.get("change:change", suggest="1")
    assert "data-suggestion></bdi>" in journey.page.content.decode()


def test_a_stranger_gets_no_suggestion(ada):
    page = Journey().post("change:change", suggest="1")
    assert page.step == "signin:sign_in"


def test_a_suggestion_needs_the_token_of_the_form(ada):
    journey = sign_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = journey.client.cookies
    assert strict.post(reverse("change:change"), {"suggest": "1"}).status_code == 403


def test_generators_are_told_the_policy_in_force(ada, corp):
    """S-D51: and the field asks nothing else of browsers and managers (S-D25)."""
    Policy.objects.in_directory(corp).update(password_min_length=21)
    journey = sign_in().get("change:change")
    told = attribute(journey, "passwordrules")
    assert told == "minlength: 21; maxlength: 256; allowed: ascii-printable;"
    assert 'autocomplete="new-password"' in journey.page.content.decode()


def test_a_directory_of_their_own_gets_the_kinds_it_usually_wants(ada):
    move_to_memory(ada)
    journey = sign_in()
    phrase = suggested(journey)
    stores.forget()
    assert re.search("[A-Z]", phrase)
    assert re.search("[0-9]", phrase)
    assert "required: upper" in attribute(journey, "passwordrules")


def test_a_refusal_comes_with_advice_and_the_trail_names_the_rule(ada):
    journey = change(sign_in(), new="qwertyuiopasdfgh")
    assert "What would make it stronger A part of it is a password" in journey.words
    record = AuditRecord.objects.in_directory(ada.directory).get(kind="change.refused")
    assert json.loads(bytes(record.body))["facts"]["why"] == "common"


def test_a_wrong_current_password_brings_no_advice(ada):
    journey = change(sign_in(), current="wrong wrong", new="a kettle in the attic")
    assert "stronger" not in journey.words
