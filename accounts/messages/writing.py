"""Checking an organisation's own words, and filling in what they speak of.

There is no template language: ``{name}`` stands for a value, ``{{`` and ``}}`` for braces, and
nothing else means anything. Values are never read for placeholders.
"""

import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.messages.kinds import KINDS, Kind
from accounts.segments import plain, segments

LONGEST_SUBJECT = 150
LONGEST_BODY = 2000
MOST_PARTS = 2  # of a text message
_PIECE = re.compile(r"\{\{|\}\}|\{([a-z_]*)\}|[{}]")
# With a scheme, or what programs that show mails and texts make a link of without one.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*:/\S*|www\.\S*|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE
)


def check(kind: str, language: str, subject: str, body: str) -> None:
    """Raise ValidationError, by field, for words that cannot be sent."""
    known = KINDS.get(kind)
    if known is None:
        _refuse("kind", _("There is no such message. There are: %(names)s"), ", ".join(KINDS))
    if language not in dict(settings.LANGUAGES):
        _refuse("language", _("The portal does not speak %(names)s."), language)
    _check_subject(known, subject)
    _check_body(known, body)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The words with their values; a name without a value is left out."""
    return _PIECE.sub(lambda found: _meant(found, values), text)


def page(text: str, values: Mapping[str, str]) -> SafeString:
    """The words as paragraphs of HTML. Everything is escaped; only ``{portal}`` is a link."""
    shown: dict[str, str] = dict(values)
    if portal := values.get("portal"):
        shown["portal"] = format_html('<a href="{}">{}</a>', portal, portal)
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return format_html_join("\n", "{}", ((_paragraph(part, shown),) for part in parts if part))


def text_message(text: str, values: Mapping[str, str]) -> str:
    """The words as a text message, with the last line by which browsers know the code."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    flat = {name: " ".join(value.split()) for name, value in values.items()}
    return f"{plain(fill(text, flat))}\n@{host} #{values['code']}"


def _check_subject(kind: Kind, subject: str) -> None:
    if not kind.is_mail:
        if subject:
            _refuse("subject", _("A text message has no subject."))
        return
    if not subject.strip():
        _refuse("subject", _("A mail needs a subject."))
    if not subject.isprintable():
        _refuse("subject", _("A subject is one line, without control characters."))
    if len(subject) > LONGEST_SUBJECT:
        _refuse("subject", _("This is too long."))
    _check_names("subject", subject, set(kind.placeholders) - {"code", "portal"})
    if _links(subject):
        _refuse("subject", _("A subject holds no link."))


def _check_body(kind: Kind, body: str) -> None:
    lines = body.replace("\r\n", "\n").split("\n")
    if not body.strip() or len(body) > LONGEST_BODY:
        _refuse("body", _("Write between 1 and %(names)s characters."), str(LONGEST_BODY))
    if not all(line.isprintable() for line in lines):
        _refuse("body", _("Control characters cannot be sent."))
    names = _check_names("body", body, set(kind.placeholders))
    if missing := kind.required - names:
        _refuse("body", _("This has to be in the text: %(names)s"), _shown(missing))
    home = f"{settings.PUBLIC_BASE_URL}/"
    if any(not kind.is_mail or not link.startswith(home) for link in _links(body)):
        _refuse("body", _("Only mails may hold a link, and it leads to the portal: {portal}"))
    if not kind.is_mail:
        _check_size(kind, lines, body)


def _links(text: str) -> list[str]:
    """All links, also those that appear once a value is filled in, or is empty."""
    filled = [_PIECE.sub(value, text) for value in ("", "x")]
    return [link for one in (text, *filled) for link in _LINK.findall(one)]


def _check_size(kind: Kind, lines: list[str], body: str) -> None:
    if len(lines) > 1:
        _refuse("body", _("A text message is one line; the portal adds the last one."))
    parts = segments(text_message(body, kind.placeholders))
    if parts > MOST_PARTS:
        text = _("As a text message this takes too many parts: %(names)s")
        _refuse("body", text, str(parts))


def _check_names(field: str, text: str, allowed: set[str]) -> set[str]:
    found = set()
    for piece in _PIECE.finditer(text):
        if piece.group() in {"{{", "}}"}:
            continue
        if piece[1] is None:
            _refuse(field, _("A single brace means nothing. Write {{ or }} for a brace."))
        if piece[1] not in allowed:
            text = _("Here can only be filled in: %(names)s")
            _refuse(field, text, _shown(allowed))
        found.add(piece[1])
    return found


def _meant(found: re.Match[str], values: Mapping[str, str]) -> str:
    whole = found.group()
    if whole in {"{{", "}}"}:
        return whole[0]
    return values.get(found[1] or "", "")


def _paragraph(part: str, shown: Mapping[str, str]) -> SafeString:
    if part == "{code}":
        return format_html('<p class="code"><bdi dir="ltr">{}</bdi></p>', shown["code"])
    *lines, last = [_line(line.strip(), shown) for line in part.split("\n")]
    return format_html(
        "<p>{}{}</p>", format_html_join("", "{}<br>", ((line,) for line in lines)), last
    )


def _line(line: str, shown: Mapping[str, str]) -> SafeString:
    """Each piece is escaped by itself, so that a link among the values stays one."""
    pieces, end = [], 0
    for found in _PIECE.finditer(line):
        pieces += [line[end : found.start()], _meant(found, shown)]
        end = found.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, line[end:]]))


def _shown(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _refuse(field: str, message: str, names: str = "") -> NoReturn:
    raise ValidationError({field: ValidationError(message, "text", {"names": names})})
