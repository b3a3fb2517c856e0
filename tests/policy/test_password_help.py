"""Help with choosing: what generators are told, passphrases of ours, and advice."""

import math
import random
import secrets
import string

import pytest
from django.contrib.staticfiles import finders
from zxcvbn import zxcvbn

from accounts.policy.models import Policy
from accounts.policy.passwords import PersonWords, advice, refusals, rules_for
from accounts.policy.passwords.advice import READ
from accounts.policy.passwords.suggestion import LEAST_WORDS, passwordrules, suggest, words

ADA = PersonWords("ada.marlow@harbour.example", "Ada Marlow", "Vale")
KINDS = {"lower": string.ascii_lowercase, "upper": string.ascii_uppercase, "digit": string.digits}
PRINTABLE = "".join(map(chr, range(32, 127)))


def rules(shortest=15):
    return rules_for(Policy(password_min_length=shortest), ADA, terms=["kettle", "harbour"])


def understood(text):
    """Apple's attribute, read as its description says: pairs, ended by semicolons."""
    pairs = [pair.split(":") for pair in text.split(";") if pair.strip()]
    read = dict[str, list[str]]()
    for name, value in pairs:
        read.setdefault(name.strip(), []).append(value.strip())
    return read


def generated(text, length, draw):
    """A password as a generator would make it that obeys the attribute and nothing else."""
    wanted = understood(text)
    assert wanted["allowed"] == ["ascii-printable"]
    made = [draw.choice(KINDS[kind]) for kind in wanted.get("required", [])]
    made += [draw.choice(PRINTABLE) for _ in range(length - len(made))]
    draw.shuffle(made)
    return "".join(made)


@pytest.mark.parametrize("shortest", [8, 15, 128])
@pytest.mark.parametrize("mixed", [False, True])
def test_what_a_generator_makes_by_our_rules_passes_them(shortest, mixed):
    """S-D51, P-D21: from the policy in force; as short and as long as they say."""
    text, draw = passwordrules(rules(shortest), mixed=mixed), random.Random(shortest)
    wanted = understood(text)
    assert wanted["minlength"] == [str(shortest)]
    for length in (shortest, shortest + 5, int(wanted["maxlength"][0])):
        for _ in range(20):
            assert not refusals(generated(text, length, draw), rules(shortest))
    assert refusals(generated(text, shortest - 1, draw), rules(shortest))
    assert refusals(generated(text, int(wanted["maxlength"][0]) + 1, draw), rules(shortest))
    assert wanted.get("required", []) == (["lower", "upper", "digit"] if mixed else [])


@pytest.mark.parametrize(("shortest", "language"), [(8, "en"), (15, "de"), (15, "xx"), (128, "en")])
@pytest.mark.parametrize("mixed", [False, True])
def test_a_suggestion_passes_every_rule(shortest, language, mixed):
    made = {suggest(rules(shortest), language, mixed=mixed) for _ in range(50)}
    assert len(made) == 50
    for phrase in made:
        assert not refusals(phrase, rules(shortest))
        assert len(phrase.split("-")) >= LEAST_WORDS
        assert phrase.isascii()
        kinds = [any(char in kind for char in phrase) for kind in KINDS.values()]
        assert all(kinds) is mixed


def test_a_suggestion_is_worth_fifty_bits():
    for language in ("en", "de"):
        listed = words(language)
        assert len(set(listed)) == len(listed)
        assert all(word.isascii() and word.islower() and len(word) >= 3 for word in listed)
        assert LEAST_WORDS * math.log2(len(listed)) > 50


def test_the_words_of_a_language_are_its_own():
    assert words("de-at") == words("de") != words("en")
    assert words("../en") == words("ar") == words("") == words("en")


def test_words_are_drawn_by_the_systems_random_numbers(monkeypatch):
    drawn = []
    choice = secrets.choice

    def noted(options):
        drawn.append(len(options))
        return choice(options)

    monkeypatch.setattr(secrets, "choice", noted)
    assert suggest(rules(), "en")
    assert drawn
    assert set(drawn) == {len(words("en"))}


def test_where_nothing_fits_nothing_is_suggested():
    class Never:
        code = "never"
        text = "never"
        live = dict[str, str]()

        def check(self, password):
            return "no"

    assert suggest([Never()], "en") == ""


def test_no_list_of_words_is_served():
    assert finders.find("words/en.txt") is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("mkonjibhu", "Keys that lie beside"),
        ("parliament", "A word by itself"),
        ("iloveyou", "many people use"),
        ("p@rl1@ment", "Signs in place of letters"),
        ("drowssap", "backwards"),
        ("abcdefgh", "Runs like abc"),
        ("aaaaaaaa", "Repeating"),
        ("marlow", "Names are"),
        ("12.03.1985", "Dates and years"),
    ],
)
def test_advice_says_what_would_be_guessed(password, told):
    """S-A08: advice where a password was refused, which never repeats a part of it."""
    found = advice.advice(password)
    assert any(told in sentence for sentence in found), found
    assert 2 <= len(found) <= 3
    assert not any(password in sentence for sentence in found)


@pytest.mark.parametrize("password", ["", "seven quiet lanterns under rain", "fR7-x!pq0Zr"])
def test_there_is_no_advice_where_there_is_nothing_to_say(password):
    assert advice.advice(password) == []


@pytest.mark.parametrize("sign", ["a", "@4(3$5s1l!|0o7+%2", "1/1/91", "\U0001f422", "\ud83d"])
def test_only_the_beginning_of_a_long_password_is_taken_apart(monkeypatch, sign):
    """S-C34: the meter takes time with the square of the length."""
    lengths = []

    def noted(password):
        lengths.append(len(password))
        return zxcvbn(password)

    monkeypatch.setattr(advice, "zxcvbn", noted)
    advice.advice((sign * 1024)[:1024])
    assert lengths == [READ]
