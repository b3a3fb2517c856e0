"""Work on catalogues: brought up to date with the product, counted, handed out, taken back."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sspr.languages import catalogue, sources
from sspr.languages.catalogue import Catalogue, Key, Message
from sspr.languages.rules import COUNTRIES, problems
from sspr.languages.spoken import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale"

# What people see first is translated first.
_FIRST = (
    "templates/base.html",
    "templates/portal",
    "templates/layouts/",
    "templates/components/",
    "templates/reset/",
    "templates/signin/",
    "templates/questions/",
    "reset/",
    "registration/telephony/texts.py",
    "templates/email/",
    "accounts/notices.py",
    "registration/methods/",
    "templates/registration/",
    "templates/change/",
    "change/",
    "templates/account",
    "templates/help/",
    "templates/errors/",
    "writeback/",
    "accounts/signin/",
    "accounts/policy/passwords/",
    "registration/",
)
_LAST = (COUNTRIES,)


@dataclass(frozen=True, slots=True)
class State:
    """One language: which messages wait for a translation, are doubtful, are gone, are wrong."""

    missing: list[Message]
    fuzzy: list[Message]
    obsolete: list[Message]
    wrong: dict[Key, list[str]]
    total: int

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.fuzzy or self.obsolete or self.wrong)

    def __str__(self) -> str:
        return (
            f"{self.total} texts, {len(self.missing)} missing, {len(self.fuzzy)} fuzzy, "
            f"{len(self.obsolete)} obsolete, {len(self.wrong)} wrong"
        )


def file_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalogue:
    return catalogue.read(file_of(language))


def state(language: str, wanted: Catalogue) -> State:
    """Where a language stands towards what the product says now."""
    have, spoken = kept(language), LANGUAGES[language]
    current = {key: replace(have.get(key, one), places=one.places) for key, one in wanted.items()}
    wrong = {
        key: found
        for key, one in current.items()
        if one.forms
        and (found := problems(replace(one, plural=wanted[key].plural), one.forms, spoken))
    }
    return State(
        missing=[one for one in current.values() if not one.forms],
        fuzzy=[one for one in current.values() if one.fuzzy],
        obsolete=[one for key, one in have.items() if key not in wanted],
        wrong=wrong,
        total=len(wanted),
    )


def update(language: str, wanted: Catalogue, forms: Mapping[Key, tuple[str, ...]]) -> None:
    """Write the language's file anew: today's messages, the translations kept, ``forms`` added."""
    have, rule = kept(language), LANGUAGES[language].plural
    merged = []
    for key, one in wanted.items():
        old = have.get(key, one)
        fits = bool(old.plural) == bool(one.plural)
        message = replace(one, forms=old.forms if fits else (), fuzzy=old.fuzzy)
        merged.append(message.translated(forms[key]) if key in forms else message)
    path = file_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(catalogue.written(merged, language, rule), "utf-8")


def name_of(key: Key) -> str:
    """A short name of a message, the same on every day and machine."""
    return hashlib.sha256(key.packed.encode()).hexdigest()[:8]


def handed_out(messages: list[Message]) -> Iterator[dict[str, str]]:
    """What a translator gets of each message, the most seen first."""
    for one in sorted(messages, key=_rank):
        told = {
            "id": name_of(one.key),
            "en": one.key.text,
            "plural": one.plural,
            "context": one.key.context,
            "where": " ".join(one.places),
        }
        yield {name: text for name, text in told.items() if text}


def taken_back(
    language: str, wanted: Catalogue, given: Mapping[str, Any]
) -> tuple[dict[Key, tuple[str, ...]], dict[str, list[str]]]:
    """The translations that may be shown, and for each other one what is wrong with it."""
    keys = {name_of(key): key for key in wanted}
    good: dict[Key, tuple[str, ...]] = {}
    bad: dict[str, list[str]] = {}
    for name, text in given.items():
        forms = (text,) if isinstance(text, str) else tuple(map(str, text))
        if name not in keys:
            bad[name] = ["no message has this name"]
        elif found := problems(wanted[keys[name]], forms, LANGUAGES[language]):
            bad[name] = found
        else:
            good[keys[name]] = forms
    return good, bad


def everything() -> Catalogue:
    return sources.messages(ROOT)


def _rank(message: Message) -> tuple[int, tuple[str, ...], Key]:
    ranks = [len(_FIRST) + 1 if place in _LAST else _rank_of(place) for place in message.places]
    return min(ranks), message.places, message.key


def _rank_of(place: str) -> int:
    return next((n for n, start in enumerate(_FIRST) if place.startswith(start)), len(_FIRST))
