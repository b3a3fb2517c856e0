"""The compiled form of a catalogue (GNU gettext's .mo), which Django reads. A product of the
build: made from the text form wherever that is newer, and never committed."""

import os
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sspr.languages import catalogue
from sspr.languages.catalogue import Message

_MAGIC = 0x950412DE


def compile_newer(locale: Path) -> list[Path]:
    """Compile every text form that is newer than its compiled one; says which."""
    made = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            text = source.read_text("utf-8")
            write(target, catalogue.parsed(text).values(), _header_of(text))
            made.append(target)
    return made


def write(path: Path, messages: Iterable[Message], header: str) -> None:
    """Whole or not at all, so that processes may do it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(packed(messages, header))
    Path(name).chmod(0o644)
    Path(name).replace(path)


def packed(messages: Iterable[Message], header: str) -> bytes:
    """The file's bytes. Doubtful and missing translations are left out: English is shown."""
    texts = {"": header}
    for one in messages:
        if one.forms and not one.fuzzy:
            name = f"{one.key.packed}\0{one.plural}" if one.plural else one.key.packed
            texts[name] = "\0".join(one.forms)
    pairs = sorted((name.encode(), text.encode()) for name, text in texts.items())
    names_at, texts_at = 28, 28 + 8 * len(pairs)
    offset = texts_at + 8 * len(pairs)
    tables, content = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), offset + len(content))
            content += pair[side] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), names_at, texts_at, 0, offset)
    return head + tables[0] + tables[1] + content


def _header_of(text: str) -> str:
    """The first entry's translation, which names the alphabet and the plural rule."""
    first = text.split("\n\n", 1)[0].replace('msgid ""', 'msgid "header"', 1)
    (header,) = catalogue.parsed(first).values()
    return header.forms[0]
