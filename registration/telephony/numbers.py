"""Telephone numbers: read from what people type, kept in one form, shown and masked.

A number is kept as E.164, its extension after it as RFC 3966 writes one: ``+12025550123;ext=45``.
Only that form is stored, counted, compared and dialled.
"""

import re
import unicodedata
from dataclasses import dataclass, field

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

from accounts import countries

LONGEST_TEXT = 100  # characters: the longest number written with all its ornaments is half of it
LONGEST_EXTENSION = 10  # digits
BULLETS = "•" * 6  # however long the number is

_CANONICAL = re.compile(r"(\+[1-9][0-9]{4,16})(?:;ext=([0-9]{1,10}))?")
_EXTENSION = re.compile(
    r"(?:\s*;\s*ext=|[\s,;.-]*(?:ext(?:ension|n)?|x|#)[\s.:#]*|\s*[,;]+\s*)([0-9]*)\s*#?$"
)
_ORNAMENTS = re.compile(r"[\s()./-]+")
# Ofcom keeps these for stories; nobody has them, and the plan of numbers does not know them.
_OF_STORIES = re.compile(r"\+447700900[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number. Neither its repr nor its str says which, so that no log does."""

    e164: str = field(repr=False)
    extension: str = field(default="", repr=False)

    def __str__(self) -> str:
        return mask(self)


@dataclass(frozen=True, slots=True)
class Country:
    """One line of a list to choose from. ``code``: ISO 3166; ``calling_code``: without the +."""

    code: str
    name: str
    calling_code: str


def country_choices() -> list[Country]:
    """Every country that has numbers, sorted by its name in the reader's language."""
    return [
        Country(code, name, str(phonenumbers.country_code_for_region(code)))
        for code, name in countries.choices()
    ]


def parse(text: str, country: str = "") -> Number:
    """The number somebody typed in any usual way, or that another system exported.

    ``country`` (ISO 3166) is whose it is if it is not written with its country code. Raises
    ValidationError with a code for each reason: empty, too_long, letters, characters, country,
    country_code, too_short, area_code, not_of_country, short_number, extension_missing,
    extension_too_long.
    """
    main, extension = _split(_tidied(text))
    digits = _digits(main)
    if not digits:
        raise _refusal("empty")
    found = _understood(digits, country if country in countries.NAMES else "")
    return Number(phonenumbers.format_number(found, PhoneNumberFormat.E164), extension)


def canonical(number: Number) -> str:
    """The one form a number is stored in; at most 33 ASCII characters."""
    return f"{number.e164};ext={number.extension}" if number.extension else number.e164


def from_canonical(stored: str) -> Number:
    """The number that was stored; raises ValueError for any other form, without saying it.

    Whether it is still in use is not asked again: plans of numbers change, and rows stay.
    """
    found = _CANONICAL.fullmatch(stored)
    if not found:
        raise ValueError("Not a number in its stored form.")
    return Number(found[1], found[2] or "")


def shown(number: Number) -> str:
    """The whole number, spaced as its country does, for its owner: ``+44 7700 900123 ext. 45``."""
    spaced = phonenumbers.format_number(_known(number), PhoneNumberFormat.INTERNATIONAL)
    return f"{spaced} ext. {number.extension}" if number.extension else spaced


def mask(number: Number) -> str:
    """Country code and last two digits, in one width for all: ``+44 ••••••23``."""
    return masked(str(_known(number).country_code), number.e164[-2:])


def masked(calling_code: str, ending: str) -> str:
    """What ``mask`` gives, from its parts: for numbers that do not exist."""
    return f"+{calling_code} {BULLETS}{ending}"


def country_of_mask(mask: str) -> str:
    """Whose number (ISO 3166) a mask could be of: the largest country with its calling code."""
    code = mask.removeprefix("+").partition(" ")[0]
    found = phonenumbers.region_code_for_country_code(int(code)) if code.isdigit() else ""
    return found if found in countries.NAMES else ""


def alike(country: str) -> list[str]:
    """All countries that have this one's calling code, the largest first."""
    code = phonenumbers.country_code_for_region(country) if country else 0
    return [
        one for one in phonenumbers.region_codes_for_country_code(code) if one in countries.NAMES
    ]


def country_of(number: Number) -> str:
    """Whose number it is (ISO 3166); empty for those of no country, like satellite telephones."""
    return _country(_known(number))


def _country(known: PhoneNumber) -> str:
    return _country_of_region(phonenumbers.region_code_for_number(known), known)


def _country_of_region(region: str | None, known: PhoneNumber) -> str:
    """For a number of no region: the largest country with its calling code."""
    code = region or phonenumbers.region_code_for_country_code(known.country_code or 0)
    return code if code in countries.NAMES else ""


def _known(number: Number) -> PhoneNumber:
    return phonenumbers.parse(number.e164)


def _tidied(text: str) -> str:
    """Digits of any script as ASCII ones, dashes and blanks of any kind as one; no direction marks.

    Address books put invisible marks around numbers, so those are dropped; what else cannot be
    seen is refused.
    """
    if len(text) > LONGEST_TEXT:
        raise _refusal("too_long")
    return "".join(map(_plain, text)).strip().casefold()


def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind in {"Zs", "Pd"}:
        return " " if kind == "Zs" else "-"
    if kind == "Cf":
        return ""
    return {"\t": " ", "−": "-", "\uff0b": "+", "×": "x"}.get(sign, sign)


def _split(text: str) -> tuple[str, str]:
    """The number and its extension, each still as written."""
    main = _of_address(text.removeprefix("tel:")) if text.startswith("tel:") else text
    found = _EXTENSION.search(main)
    if not found:
        return main, ""
    if not found[1]:
        raise _refusal("extension_missing")
    if len(found[1]) > LONGEST_EXTENSION:
        raise _refusal("extension_too_long")
    return main[: found.start()], found[1]


def _of_address(address: str) -> str:
    """What a ``tel:`` address says (RFC 3966), as a person would write it."""
    main, *given = address.split(";")
    parameters = dict(part.partition("=")[::2] for part in given)
    context = parameters.get("phone-context", "")
    if context.startswith("+") and not main.startswith("+"):
        main = context + main
    return f"{main};ext={parameters['ext']}" if "ext" in parameters else main


def _digits(main: str) -> str:
    """The number without its ornaments: digits, with + before them if it was there."""
    digits = _ORNAMENTS.sub("", main)
    if any(sign.isalpha() for sign in digits):
        raise _refusal("letters")
    if not re.fullmatch(r"\+?[0-9]*", digits):
        raise _refusal("characters")
    return "" if digits == "+" else digits


def _understood(digits: str, country: str) -> PhoneNumber:
    if digits.startswith("00") and not _is_dialled_in(digits, country):
        digits = "+" + digits[2:]
    if not country and not digits.startswith("+"):
        raise _refusal("country" if len(digits) > 6 else "short_number")
    if country and phonenumbers.is_emergency_number(digits, country):
        raise _refusal("short_number")
    try:
        found = phonenumbers.parse(digits, country or None)
    except phonenumbers.NumberParseException as error:
        raise _refusal(_UNREADABLE.get(error.error_type, "too_short")) from None
    _check(found, country)
    return found


def _is_dialled_in(digits: str, country: str) -> bool:
    """Are the zeros part of the number, or of how this country dials abroad (0011 in Australia)?"""
    try:
        found = phonenumbers.parse(digits, country or None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(found)


def _check(found: PhoneNumber, country: str) -> None:
    """Refuse what nobody can have, with the most telling reason."""
    e164 = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(found)  # searches, so it is asked once
    is_valid = bool(region and phonenumbers.is_valid_number_for_region(found, region))
    if _country_of_region(region, found) and (is_valid or _OF_STORIES.fullmatch(e164)):
        return
    if phonenumbers.is_valid_short_number(found):
        raise _refusal("short_number")
    reason = _IMPOSSIBLE.get(phonenumbers.is_possible_number_with_reason(found), "not_of_country")
    whose = phonenumbers.region_code_for_country_code(found.country_code or 0)
    if found.country_code == phonenumbers.country_code_for_region(country or "ZZ"):
        whose = country
    if whose not in countries.NAMES:
        reason = "country_code"
    raise _refusal(reason, country=countries.name_of(whose))


def is_of_stories(number: Number) -> bool:
    """Is it one of those that regulators keep for films and examples?"""
    return bool(_OF_STORIES.fullmatch(number.e164))


def _refusal(code: str, **params: str) -> ValidationError:
    return ValidationError(_WHY[code], code, params)


_WHY = {
    "empty": _("Write a phone number."),
    "too_long": _("This number is too long. Check for digits too many."),
    "too_short": _("This number is too short. Write all of it, with the area code."),
    "area_code": _("The area code is missing. Write the whole number."),
    "letters": _("Write the number with digits only, not with letters."),
    "characters": _("A number has digits, spaces and the signs + - . / ( ) only."),
    "country": _("Choose the country, or write the number with + and the country code."),
    "country_code": _("No country has the code this number starts with. Check the first digits."),
    "not_of_country": _("This is not a number of %(country)s. Check the country and the digits."),
    "short_number": _("This is an emergency or service number. Write a number of your own."),
    "extension_missing": _("Write the digits of the extension, or leave it out."),
    "extension_too_long": _("An extension has 10 digits at most."),
}
_UNREADABLE = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "country_code",
    phonenumbers.NumberParseException.TOO_LONG: "too_long",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "area_code",
    ValidationResult.INVALID_COUNTRY_CODE: "country_code",
}
