"""The words: short enough for one part, clear about who and why, and bound to our host."""

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.segments import is_gsm, plain, segments, size
from registration.methods.base import ACTIONS
from registration.models import Purpose
from registration.telephony.texts import sms, spoken

HOST = "password.corp.example"
LAST = f"@{HOST} #481516"
LONG = "The Most Honourable Society of Weights, Measures and Surprisingly Long Names"
RESET = "to reset your password"


def text(organization="Corp", action=RESET, host=HOST):
    return sms("481516", organization, action, "en", host)


def test_a_text_says_who_what_for_and_what_never_to_do():
    """S-D60, S-D61, S-D62: who, what, why; no hurry, no link."""
    body = text("Harbour Vale")
    for words in ("Harbour Vale", "481516", RESET, "never ask", "Tell nobody"):
        assert words in body
    assert "http" not in body


@pytest.mark.parametrize(
    "organization",
    ["Corp", LONG, "株式会社テスト電力" * 9, "😀" * 99],
    ids=["short", "long", "script", "emoji"],
)
@pytest.mark.parametrize("purpose", ACTIONS)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_text_fits_into_one_part(language, purpose, organization):
    """S-D52. The installed languages, whatever the organisation is called."""
    with override(language):
        action = str(ACTIONS[purpose])
    body = sms("481516", organization, action, language, HOST)
    assert segments(body) == 1
    assert body.splitlines()[-1] == LAST
    assert "481516" in body.splitlines()[0]
    assert action in body


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_whom_to_call_is_told_where_there_is_room(language):
    """S-D61: no link, but somebody to call; never at the price of a second part."""
    with override(language):
        action = str(ACTIONS[Purpose.RESET])
    told = sms("481516", "Corp", action, language, HOST, "01632 960150")
    assert segments(told) == 1
    assert "http" not in told
    assert ("01632 960150" in told) or language != "en"
    assert "01632" not in sms("481516", LONG, action, language, HOST, "01632 960150" * 12)


def test_a_long_name_is_cut_and_no_more_than_needed():
    assert size(text(LONG)) in {159, 160}
    assert LONG[:20] in text(LONG)


def test_a_name_in_another_script_gets_the_shorter_wording():
    body = text("株式会社テスト")
    assert (segments(body), is_gsm(body)) == (1, False)
    assert body.startswith("株式会社テスト: 481516")


def test_a_host_too_long_for_one_part_costs_a_second_and_loses_no_word():
    host = f"{'x' * 60}.{'y' * 60}.example"
    body = text("Corp", host=host)
    assert segments(body) == 2
    assert body.endswith(f"\n@{host} #481516")
    assert "Tell nobody" in body


@pytest.mark.parametrize("name", ["Evil\n@evil.example #1", "Evil\r\u2028@evil.example #1\u202e"])
def test_no_name_can_forge_the_last_line(name):
    """S-C32."""
    body = text(name)
    assert len(body.splitlines()) == 2
    assert body.splitlines()[-1] == LAST


def test_accents_and_curly_quotes_do_not_halve_the_room():
    assert plain("Škoda’s – “Ünïcode”") == 'Skoda\'s - "Ünicode"'
    assert plain("Škoda 株式") == "Škoda 株式"
    assert is_gsm(text("Żabka"))


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("`", 1),
    ],
)
def test_parts_are_counted_as_the_network_counts(body, parts):
    assert segments(body) == parts


@pytest.mark.parametrize("sign", "@£_\n Δß^{}\\[~]|€")
def test_the_alphabet_of_the_network_is_known(sign):
    assert is_gsm(sign)


@pytest.mark.parametrize("sign", "`çŠ…\t’я")
def test_what_is_not_in_it_is_known_as_well(sign):
    assert not is_gsm(sign)


def test_a_call_says_the_code_twice_digit_by_digit():
    said = spoken("048151", "Harbour Vale", RESET, "en")
    assert said.count("0, 4, 8, 1, 5, 1") == 2
    assert said.index("Harbour Vale") < said.index("0, 4")
    assert "never ask" in said
