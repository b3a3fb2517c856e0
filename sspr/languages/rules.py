"""What a translation must share with the text it translates."""

import re
from collections.abc import Iterator

from sspr.languages.catalogue import Message
from sspr.languages.spoken import LATIN, Spoken

_NAMED = re.compile(r"%\(\w+\)[sd]")
_BRACED = re.compile(r"\{\w*\}")
_TAG = re.compile(r"</?[a-z][^<>]*>")
_ENTITY = re.compile(r"&(?:\w+|#\d+);")
_HIDDEN = re.compile("[\u200b-\u200d\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_WORDS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^<>]*>|&\w+;")
_ENDINGS = {":": ":", "?": "?؟", "…": "…"}
_SOME_NUMBERS = range(3, 200)
COUNTRIES = "accounts/countries.py"


def problems(message: Message, forms: tuple[str, ...], spoken: Spoken) -> list[str]:
    """What is wrong with a translation, in words; nothing for one that may be shown."""
    expected = spoken.count if message.plural else 1
    if len(forms) != expected:
        return [f"{len(forms)} forms instead of {expected}"]
    if not all(forms):
        return ["a form is empty"]
    found = [fault for form in forms for fault in _of_form(message, form)]
    found += _of_numbers(message, forms, spoken)
    if _is_untranslated(message, forms, spoken):
        found.append("is as in English, or in other letters than the language's")
    return list(dict.fromkeys(found))


def _of_form(message: Message, form: str) -> Iterator[str]:
    english = message.key.text
    known = set(_NAMED.findall(english + message.plural))
    if unknown := set(_NAMED.findall(form)) - known:
        yield f"placeholders of its own: {', '.join(sorted(unknown))}"
    if not message.plural and (missing := known - set(_NAMED.findall(form))):
        yield f"missing: {', '.join(sorted(missing))}"
    if "%" in _NAMED.sub("", form).replace("%%", "" if "%%" in english else "%"):
        yield "a percent sign that is no placeholder"
    if ("%%" in english) != ("%%" in form):
        yield "a doubled percent sign too many or too few"
    if sorted(_BRACED.findall(english)) != sorted(_BRACED.findall(form)) and not message.plural:
        yield "other placeholders in braces"
    if sorted(_TAG.findall(english)) != sorted(_TAG.findall(form)):
        yield "other tags"
    yield from _of_signs(english, form)


def _of_signs(english: str, form: str) -> Iterator[str]:
    if _edges(english) != _edges(form):
        yield "other blanks at its beginning or its end"
    if ("\n" in english.strip()) != ("\n" in form.strip()):
        yield "other lines"
    if re.search(r"[<>]", _TAG.sub("", form)) and not re.search(r"[<>]", _TAG.sub("", english)):
        yield "a bare < or >"
    if "&" in _ENTITY.sub("", form) and "&" not in _ENTITY.sub("", english):
        yield "a bare &"
    if set(_ENTITY.findall(form)) - set(_ENTITY.findall(english)):
        yield "entities of its own: type the sign itself"
    if hidden := _HIDDEN.findall(form):
        yield f"invisible signs: {', '.join(f'U+{ord(sign):04X}' for sign in hidden)}"
    last = _ENDINGS.get(english.rstrip()[-1:])
    if last and form.rstrip()[-1:] not in last:
        yield f"does not end with {last[0]}"


def _of_numbers(message: Message, forms: tuple[str, ...], spoken: Spoken) -> Iterator[str]:
    """The forms for 0, 1 and 2 may say the number in a word; the others cannot."""
    if not message.plural:
        return
    needed = set(_NAMED.findall(message.plural))
    for number in sorted({spoken.form_of(number) for number in _SOME_NUMBERS}):
        if missing := needed - set(_NAMED.findall(forms[number])):
            yield f"form {number} misses {', '.join(sorted(missing))}"


def _is_untranslated(message: Message, forms: tuple[str, ...], spoken: Spoken) -> bool:
    words = _NOT_WORDS.sub(" ", message.key.text).split()
    if message.key.text in spoken.same or not any(char.isalpha() for char in "".join(words)):
        return False
    if spoken.script != LATIN and not re.search(f"[{spoken.script}]", "".join(forms)):
        return True
    if len(words) == 1 or message.places == (COUNTRIES,):
        return False
    return forms[0] == message.key.text


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
