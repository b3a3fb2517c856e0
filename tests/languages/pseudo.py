"""Two languages that nobody speaks, made from the English.

``xl`` has accents and is longer by two fifths, in brackets; ``xr`` is written from right to left.
Placeholders and tags stay. What a page shows in plain Latin letters under ``xl`` was never marked
for translation, or is data.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django
from django.conf import locale
from django.utils.translation import trans_real

from sspr.languages import catalogue, compiled, work
from sspr.languages.catalogue import Message
from sspr.languages.spoken import LANGUAGES

LONG, MIRRORED = "xl", "xr"
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"

_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^<>]*>|&(?:\w+|#\d+);|\n)")
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ",
)
_HEBREW = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "אבגדהופזחטיכלמנסעפצקרשתסעצ" * 2,
)
_LONGER = "éåö"


def lengthened(text: str) -> str:
    """``Save`` becomes ``[Šåṽé éå]``."""
    body = text.strip()
    more = " ".join(_LONGER[: 1 + n % 3] for n in range(max(1, len(body) * 2 // 5 // 3)))
    return text.replace(body, f"[{_outside(body, _ACCENTED)} {more}]", 1)


def mirrored(text: str) -> str:
    """``Save`` becomes ``צאשה``, which a browser writes from right to left."""
    return _outside(text, _HEBREW)


def _outside(text: str, table: dict[int, int]) -> str:
    return "".join(
        part if _KEPT.fullmatch(part) else part.translate(table) for part in _KEPT.split(text)
    )


def write(folder: Path) -> None:
    """Compile both, of the product's texts and of Django's."""
    known = {**_djangos(), **work.everything()}
    for language, change in ((LONG, lengthened), (MIRRORED, mirrored)):
        path = folder / language / "LC_MESSAGES" / "django.mo"
        compiled.write(path, [_changed(one, change) for one in known.values()], HEADER)


def _djangos() -> catalogue.Catalogue:
    places = Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po")
    return {key: one for path in sorted(places) for key, one in catalogue.read(path).items()}


def _changed(message: Message, change: Callable[[str], str]) -> Message:
    texts = (message.key.text, message.plural) if message.plural else (message.key.text,)
    return message.translated(change(text) for text in texts)


@contextmanager
def installed(folder: Path, settings: Any, monkeypatch: Any) -> Iterator[None]:
    """Both can be chosen, like any language."""
    for code, bidi in ((LONG, False), (MIRRORED, True)):
        about = {"bidi": bidi, "code": code, "name": code, "name_local": code}
        monkeypatch.setitem(locale.LANG_INFO, code, about)
    settings.LANGUAGES = [*settings.LANGUAGES, (LONG, "Long"), (MIRRORED, "Mirrored")]
    settings.LANGUAGES_BIDI = [*settings.LANGUAGES_BIDI, MIRRORED]
    settings.LOCALE_PATHS = [folder, *settings.LOCALE_PATHS]
    _forget()
    yield
    _forget()


def _forget() -> None:
    """Django reads its languages once."""
    vars(trans_real)["_translations"].clear()
    trans_real.reset_cache(setting="LANGUAGES")


class _Shown(HTMLParser):
    """Every text that is shown or read out, but for data: what is in its own direction, in
    another language, typed by people, or not to be translated."""

    _EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})
    _DATA = frozenset({"bdi", "code", "samp", "script", "style", "time", "textarea"})
    _READ_OUT = ("alt", "aria-label", "placeholder", "title")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        held = {name: value or "" for name, value in attrs}
        is_data = tag in self._DATA or held.get("translate") == "no"
        is_data |= "lang" in held and tag != "html"
        if not is_data and not any(self._open):
            self.texts += [held[name] for name in self._READ_OUT if held.get(name)]
        if tag not in self._EMPTY:
            self._open.append(is_data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._open):
            self.texts.append(" ".join(data.split()))


def strays(html: str, data: re.Pattern[str]) -> list[str]:
    """The texts of a page in ``xl`` that hold a word in plain letters which is no data."""
    shown = _Shown()
    shown.feed(html)
    return [text for text in shown.texts if re.search("[A-Za-z]{2}", data.sub("", text))]


ALL = (LONG, MIRRORED, *LANGUAGES)
