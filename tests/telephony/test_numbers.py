"""Numbers of every shape, the reasons why some are refused, and the form they are kept in."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from accounts import countries
from registration.telephony import numbers
from registration.telephony.numbers import Number

LONDON, HERS = Number("+442079460018"), Number("+447700900123")
BERLIN, NEW_JERSEY = Number("+493023125123"), Number("+12025550123")
DESK = Number("+12025550123", "45")

WAYS = {
    # with the country's code
    ("+447700900123", ""): HERS,
    ("+44 7700 900123", "DE"): HERS,
    ("  +44-7700-900.123 ", ""): HERS,
    ("(+44) 7700/900123", ""): HERS,
    ("+44 (0)20 7946 0018", ""): LONDON,
    ("0044 20 7946 0018", ""): LONDON,
    ("0044 20 7946 0018", "US"): LONDON,
    ("011 44 20 7946 0018", "US"): LONDON,
    ("0011 44 20 7946 0018", "AU"): LONDON,
    # without it
    ("020 7946 0018", "GB"): LONDON,
    ("(030) 23125-123", "DE"): BERLIN,
    ("202.555.0123", "US"): NEW_JERSEY,
    ("1 202 555 0123", "US"): NEW_JERSEY,
    ("06 698 12345", "IT"): Number("+390669812345"),
    # digits and signs of other scripts, marks that address books add
    ("\uff0b４４ ７７００ ９００１２３", ""): HERS,
    ("+٤٤ ٧٧٠٠ ٩٠٠١٢٣", ""): HERS,
    ("\u202a+44 7700 900123\u202c", ""): HERS,
    ("+44\u00a07700\u2011900\u2013123\ufeff", ""): HERS,
    # addresses (RFC 3966)
    ("tel:+1-202-555-0123", ""): NEW_JERSEY,
    ("TEL:+1-202-555-0123;ext=45", ""): DESK,
    ("tel:202-555-0123;phone-context=+1;ext=45", ""): DESK,
    # extensions
    ("+1 202 555 0123 x45", ""): DESK,
    ("+1 2025550123X45", ""): DESK,
    ("+1 202 555 0123 ext. 45", ""): DESK,
    ("+1 202 555 0123, extension: 45", ""): DESK,
    ("+1 202 555 0123 extn 45", ""): DESK,
    ("+12025550123;ext=45", ""): DESK,
    ("+1 202 555 0123 #45", ""): DESK,
    ("+12025550123,,45#", ""): DESK,
    ("202 555 0123 × ４５", "US"): DESK,
    ("+1 202 555 0123 x0045", ""): Number("+12025550123", "0045"),
}


@pytest.mark.parametrize(("typed", "country"), WAYS)
def test_a_number_is_read_in_every_usual_way(typed: str, country: str):
    assert numbers.parse(typed, country) == WAYS[typed, country]


@pytest.mark.parametrize(
    ("typed", "country", "reason"),
    [
        ("", "GB", "empty"),
        ("+", "", "empty"),
        (" ( ) ", "GB", "empty"),
        ("x45", "US", "empty"),
        ("202 555 012", "US", "too_short"),
        ("+44 20", "", "too_short"),
        ("+49", "", "too_short"),
        ("020 7946 0018 0018", "GB", "too_long"),
        ("+44 20 7946 0018 0018 0018", "", "too_long"),
        ("1" * 10_000, "GB", "too_long"),
        ("555 0123", "US", "area_code"),
        ("1-800-FLOWERS", "US", "letters"),
        ("my number", "GB", "letters"),
        ("+44 7700 900123 ext. abc", "", "letters"),
        ("+44 7700 900123 home", "", "letters"),
        ("+44 7700 90012\x003", "", "characters"),
        ("+44 7700 900123\n+44 7700 900124", "", "characters"),
        ("+44 7700 +900123", "", "characters"),
        ("++44 7700 900123", "", "characters"),
        ("+44 7700 9001²³", "", "characters"),
        ("4️⃣4️⃣7️⃣7️⃣0️⃣0️⃣", "GB", "characters"),
        ("<script>alert(1)</script>", "GB", "letters"),
        ("'; --", "GB", "characters"),
        ("020 7946 0018", "", "country"),
        ("020 7946 0018", "XX", "country"),
        ("+999 123 456 789", "", "country_code"),
        ("+8816 1234 5678", "", "country_code"),
        ("+979 123 456 789", "", "country_code"),
        ("+1 555 555 0123", "", "not_of_country"),
        ("0999 946 0018", "GB", "not_of_country"),
        ("7700 900123", "US", "not_of_country"),
        ("112", "DE", "short_number"),
        ("112", "", "short_number"),
        ("911", "US", "short_number"),
        ("+49 112", "", "short_number"),
        ("116117", "DE", "short_number"),
        ("+1 202 555 0123 ext.", "", "extension_missing"),
        ("+1 202 555 0123 x", "", "extension_missing"),
        ("+12025550123;ext=", "", "extension_missing"),
        ("+1 202 555 0123 x12345678901", "", "extension_too_long"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(typed: str, country: str, reason: str):
    with pytest.raises(ValidationError) as refusal:
        numbers.parse(typed, country)
    assert refusal.value.code == reason


def test_a_refusal_names_the_country_and_never_the_number():
    with pytest.raises(ValidationError) as refusal:
        numbers.parse("0999 946 0018", "GB")
    assert refusal.value.messages == [
        "This is not a number of United Kingdom. Check the country and the digits."
    ]


def test_the_stored_form_is_e164_and_the_extension():
    assert numbers.canonical(HERS) == "+447700900123"
    assert numbers.canonical(DESK) == "+12025550123;ext=45"


@pytest.mark.parametrize(
    "other",
    ["", "447700900123", "+44 7700 900123", "+44770090012३", "+12025550123x45", "+447700900123\n"],
)
def test_no_other_form_is_taken_for_a_stored_one(other: str):
    with pytest.raises(ValueError, match="stored form") as refusal:
        numbers.from_canonical(other)
    assert not other or other not in str(refusal.value)


def test_a_mask_shows_the_country_and_two_digits_and_no_length():
    assert numbers.mask(HERS) == "+44 ••••••23"
    assert numbers.mask(DESK) == "+1 ••••••23"
    assert numbers.masked("44", "23") == numbers.mask(HERS)


def test_a_number_shown_is_whole():
    assert numbers.shown(BERLIN) == "+49 30 23125123"
    assert numbers.shown(DESK) == "+1 202-555-0123 ext. 45"


def test_no_representation_says_the_number():
    """S-B-16.2.5: what is logged or reported by accident holds no number."""
    for text in (repr(DESK), f"{DESK}", repr([DESK]), repr({"to": DESK})):
        assert "202555" not in text


def test_a_number_knows_its_country_even_where_many_share_a_code():
    whose = {"+12462345678": "BB", "+12025550123": "US", "+447700900123": "GB", "+88161234567": ""}
    assert {text: numbers.country_of(Number(text)) for text in whose} == whose


def test_the_list_of_countries_is_complete_and_sorted_by_name():
    listed = numbers.country_choices()
    assert {country.code for country in listed} == set(phonenumbers.SUPPORTED_REGIONS)
    names = [country.name for country in listed]
    assert names.index("Åland Islands") < names.index("Albania")
    assert names[-1] == "Zimbabwe"
    assert ("GB", "44") in {(country.code, country.calling_code) for country in listed}


possible = st.sampled_from(sorted(countries.NAMES)).map(
    lambda code: phonenumbers.example_number(code)
)
extensions = st.text("0123456789", max_size=10)


@given(possible, extensions, st.sampled_from([0, 1, 2, 3]))
def test_whatever_a_number_looks_like_its_stored_form_is_one(plan, extension: str, style: int):
    """Written as its country does, or as other countries do, a number is stored in one form."""
    written = phonenumbers.format_number(plan, style)
    country = phonenumbers.region_code_for_number(plan) or ""
    number = numbers.parse(f"{written} x{extension}" if extension else written, country)
    e164 = phonenumbers.format_number(plan, PhoneNumberFormat.E164)
    stored = numbers.canonical(number)
    assert stored == (f"{e164};ext={extension}" if extension else e164)
    assert numbers.from_canonical(stored) == numbers.parse(stored) == number
    assert len(stored) <= 33


@given(st.text(max_size=120), st.sampled_from(["", "GB", "US", "DE", "IT"]))
def test_any_text_is_a_number_or_refused_with_a_reason(text: str, country: str):
    try:
        number, reason = numbers.parse(text, country), ""
    except ValidationError as refusal:
        number, reason = Number("+10000"), str(refusal.code)
    assert not reason or reason in numbers._WHY
    assert numbers.from_canonical(numbers.canonical(number)) == number
