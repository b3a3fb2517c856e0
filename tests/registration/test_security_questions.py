"""Security questions: registered with answers worth something, asked at random, all or nothing."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from argon2 import low_level
from django.core.exceptions import ValidationError

from accounts.limits.services import Limit
from accounts.policy.models import Policy
from accounts.policy.questions import PREDEFINED
from accounts.policy.services import effective
from registration import factors
from registration.challenges import TRIES, Verdict
from registration.methods.security_questions import _name_of
from registration.models import Challenge, Factor, FactorPiece
from registration.security_answers import normal, refusal
from tests import cast
from tests.journeys import ResetJourney, words_of
from tests.registration.provers import CLIENT, answer, issue

pytestmark = pytest.mark.django_db
SLUG = "security_questions"
HOUR = timedelta(hours=1)
OWN = "Where did we first meet for lunch?"


@pytest.fixture
def policy(corp):
    rules = Policy.objects.in_directory(corp).get()
    rules.methods = ["alternate_email", SLUG]
    rules.predefined_questions = [*cast.ANSWERS, "stuffed_animal", "dream_job"]
    rules.custom_questions = [OWN]
    rules.full_clean()
    rules.save()
    return rules


@pytest.fixture
def page(cleo, policy, signed_in):
    """Posts pairs to the page for new answers; the first pairs are the cast's."""

    def post(**changes):
        address = f"/register/add/{SLUG}/"
        return signed_in(cleo).post(address, {**_values(), **changes}, follow=True)

    return post


def codes_of(response):
    """What is wrong, by field."""
    errors = response.context["form"].errors.as_data()
    return {field: [error.code for error in found] for field, found in errors.items()}


def test_there_are_35_questions_and_none_twice():
    assert len(PREDEFINED) == len({str(text) for text in PREDEFINED.values()}) == 35
    assert all(3 <= len(str(text)) <= 200 for text in PREDEFINED.values())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Captain   WHISKERS ", "captain whiskers"),
        ("“Captain Whiskers”!", "captain whiskers"),
        ("Ｃａｐｔａｉｎ\u00a0Whiskers", "captain whiskers"),
        ("cap\u200btain whiskers", "captain whiskers"),
        ("Straße", "strasse"),
        ("cafe\u0301", "café"),
        ("St. Mary's", "st. mary's"),
        ("...", ""),
        ("مدرسة", "مدرسة"),
    ],
)
def test_an_answer_is_read_alike_however_it_is_typed(typed, read):
    assert normal(typed) == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ab", "answer_length"),
        ("fox", None),
        ("ab" * 20, None),
        ("ab" * 20 + "c", "answer_length"),
        ("Blue", "common"),
        ("New York!", "common"),
        ("password", "common"),
        ("aaaa", "common"),
        ("my animal", "of_the_question"),
        ("Cleo the cat", "of_the_person"),
        ("corp mouse", "of_the_person"),
        ("saltmarsh", None),
    ],
)
def test_a_worthless_answer_is_refused_with_the_reason(cleo, typed, code):
    found = refusal(normal(typed), str(PREDEFINED["first_pet"]), cleo)
    assert (found.code if found else None) == code


def test_answers_count_at_once_and_are_kept_as_slow_hashes(cleo, page, no_secret_kept):
    done = page(question_5=_name_of(OWN), answer_5="Saltmarsh Lane")
    assert "You are covered" in words_of(done)
    pieces = list(FactorPiece.objects.in_directory(cleo.directory_id).order_by("pk"))
    assert [piece.text for piece in pieces] == ["", "", "", "", OWN]
    assert all(piece.hashed.startswith("argon2$argon2id$") for piece in pieces)


def test_what_is_wrong_is_said_by_field_and_no_answer_comes_back(page, cleo):
    """Acceptance example 10."""
    refused = page(
        question_2="first_pet", answer_3="CAPTAIN whiskers.", answer_4="blue", answer_5=""
    )
    assert codes_of(refused) == {"answer_5": ["required"]}
    refused = page(question_2="first_pet", answer_3="CAPTAIN whiskers.", answer_4="blue")
    assert codes_of(refused) == {
        "question_2": ["question_twice"],
        "answer_3": ["answer_twice"],
        "answer_4": ["common"],
    }
    assert "whiskers" not in refused.content.decode().lower()
    assert not Factor.objects.in_directory(cleo.directory_id).exists()


def test_a_question_the_policy_does_not_offer_is_refused(page):
    assert codes_of(page(question_1="famous_person")) == {"question_1": ["invalid_choice"]}


def test_new_answers_replace_the_old(cleo, page):
    old = cast.add_answers(cleo)
    page(answer_1="professor paws")
    [factor] = Factor.objects.in_directory(cleo.directory_id)
    assert factor.pk != old.pk
    changed = {**cast.ANSWERS, "first_pet": "professor paws"}
    assert answer(issue(factor, SLUG), json.dumps(changed)).passed


def test_role_holders_have_none(policy, helpdesk):
    """S-X5."""
    assert SLUG not in effective(helpdesk).methods
    policy.delete()
    with pytest.raises(ValidationError):
        factors.add(helpdesk, SLUG, _values(), holder="x", client=CLIENT)


def test_every_answer_must_be_right(cleo, policy):
    factor = cast.add_answers(cleo)
    for wrong in cast.ANSWERS:
        challenge = issue(factor, SLUG, policy=policy)
        asked = [name for name, _text in challenge.facts["asked"]]
        given = {**cast.ANSWERS, wrong: "something else"}
        assert answer(challenge, json.dumps(given)).passed == (wrong not in asked)


@pytest.mark.parametrize("count", [3, 5])
def test_as_many_are_asked_as_the_policy_says(cleo, policy, count):
    policy.questions_to_reset = count
    for factor in (cast.add_answers(cleo), None):
        facts = issue(factor, SLUG, policy=policy, directory=cleo.directory).facts
        assert len({name for name, _text in facts["asked"]}) == count
        assert len(facts["pool"]) == 5


def test_a_wrong_answer_brings_other_questions(cleo, policy):
    """Acceptance example 9. S-X5: nobody hammers one question."""
    for factor in (cast.add_answers(cleo), None):
        challenge = issue(factor, SLUG, policy=policy, directory=cleo.directory)
        draws = [names(challenge)]
        for left in reversed(range(TRIES)):
            assert answer(challenge, "{}").tries_left == left
            draws.append(names(Challenge.objects.get(pk=challenge.pk)))
        assert all(one != next_one for one, next_one in pairwise(draws))


def names(challenge):
    return {name for name, _text in challenge.facts["asked"]}


def test_nobody_has_the_same_questions_every_day(corp, policy):
    def pool(name):
        facts = issue(None, SLUG, policy=policy, directory=corp, destination_key=name).facts
        return facts["pool"]

    assert pool("one name") == pool("one name")
    assert len({json.dumps(sorted(pool(f"name {n}"))) for n in range(20)}) > 5


@pytest.mark.parametrize("text", ["", "[]", '{"first_pet": 3}', "not json", "{}", "x" * 500])
def test_every_answer_costs_a_slow_hash_for_somebody_and_nobody(cleo, policy, monkeypatch, text):
    """S-A15."""
    hashes: list[object] = []
    for function in ("hash_secret", "verify_secret"):
        monkeypatch.setattr(low_level, function, _counting(getattr(low_level, function), hashes))
    factor = cast.add_answers(cleo)
    for whose in (factor, None):
        challenge = issue(whose, SLUG, policy=policy, directory=cleo.directory)
        hashes.clear()
        assert answer(challenge, text).verdict is Verdict.WRONG
        assert len(hashes) == 3


def _counting(real, hashes):
    def counted(*args, **kwargs):
        hashes.append(real)
        return real(*args, **kwargs)

    return counted


def fields_of(journey):
    return list(journey.page.context["form"].fields)


def test_a_reset_by_answers_and_a_wrong_one_on_the_way(cleo, policy):
    cast.add_answers(cleo)
    journey = ResetJourney().start("cleo@corp.example").choose()
    asked = fields_of(journey)
    journey.post("reset:code", **dict.fromkeys(asked, "a wrong answer"))
    assert "Here are other questions" in journey.words
    assert "a wrong answer" not in journey.page.content.decode()
    again = fields_of(journey)
    assert set(again) != set(asked)
    journey.post("reset:code", **{name: cast.ANSWERS[name].upper() for name in again})
    journey.save()
    assert journey.step == "reset:done"


def test_answers_to_questions_no_longer_asked_are_no_try(cleo, policy):
    cast.add_answers(cleo)
    journey = ResetJourney().start("cleo@corp.example").choose()
    asked = fields_of(journey)
    journey.post("reset:code", **{name: cast.ANSWERS[name] for name in asked[:2]})
    assert "Enter an answer" in journey.words
    assert Challenge.objects.get().tries == 0


def test_too_many_drafts_are_not_even_hashed(cleo, policy, monkeypatch):
    monkeypatch.setattr(factors, "ADDITIONS", Limit("few", 1, HOUR, HOUR))
    factors.add(cleo, SLUG, _values(), holder="x", client=CLIENT)
    with pytest.raises(ValidationError):
        factors.add(cleo, SLUG, _values(), holder="x", client=CLIENT)
    hashes: list[object] = []
    monkeypatch.setattr(low_level, "hash_secret", _counting(low_level.hash_secret, hashes))
    with pytest.raises(ValidationError):
        factors.add(cleo, SLUG, _values(), holder="x", client=CLIENT)
    assert hashes == []


def _values():
    pairs = enumerate(cast.ANSWERS.items(), start=1)
    return {f"{w}_{n}": v for n, p in pairs for w, v in zip(("question", "answer"), p, strict=True)}
