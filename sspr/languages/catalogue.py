"""The text form of a catalogue (GNU gettext's .po), as far as we use it: read, and written so that
the same messages always make the same file: sorted, without line numbers, dates or names."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

WIDTH = 100


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What tells one message from another: its English text, and a context where one is given."""

    text: str
    context: str = ""

    @property
    def packed(self) -> str:
        """As in a compiled catalogue."""
        return f"{self.context}\x04{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class Message:
    """``forms``: its translation, one text for each plural form of the language; () for none.

    ``places``: the files that say it. ``fuzzy``: somebody doubts the translation.
    """

    key: Key
    plural: str = ""
    forms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    fuzzy: bool = False

    def translated(self, forms: Iterable[str]) -> "Message":
        return replace(self, forms=tuple(forms), fuzzy=False)


Catalogue = dict[Key, Message]

_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? ("(?:[^"\\]|\\.)*")$')


def read(path: Path) -> Catalogue:
    """The messages of a file; none when it is not there. The header is left out."""
    return parsed(path.read_text("utf-8")) if path.is_file() else {}


def parsed(text: str) -> Catalogue:
    blocks = (_block(block) for block in re.split(r"\n\s*\n", text) if block.strip())
    return {message.key: message for message in blocks if message and message.key.text}


def _block(block: str) -> Message | None:
    fields: dict[str, str] = {}
    places: list[str] = []
    fuzzy, last = False, ""
    for line in block.splitlines():
        if line.startswith("#~"):
            return None
        if line.startswith("#: "):
            places += line[3:].split()
        elif line.startswith("#,"):
            fuzzy = fuzzy or "fuzzy" in line
        elif match := _FIELD.match(line):
            name, number, quoted = match.groups()
            last = f"{name}{number or ''}"
            fields[last] = ast.literal_eval(quoted)
        elif line.startswith('"'):
            fields[last] += ast.literal_eval(line)
    forms = tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr"))
    return Message(
        Key(fields.get("msgid", ""), fields.get("msgctxt", "")),
        fields.get("msgid_plural", ""),
        forms if any(forms) else (),
        tuple(places),
        fuzzy,
    )


def written(messages: Iterable[Message], language: str, plural: str) -> str:
    """A whole file. ``plural``: the language's rule, as in ``nplurals=2; plural=(n != 1);``."""
    count = int(plural.removeprefix("nplurals=")[0])
    ordered = sorted(messages, key=lambda one: (one.key.text.casefold(), one.key))
    return "\n".join([_header(language, plural), *(_entry(one, count) for one in ordered)])


def _header(language: str, plural: str) -> str:
    lines = [
        f"Language: {language}\n",
        "MIME-Version: 1.0\n",
        "Content-Type: text/plain; charset=UTF-8\n",
        "Content-Transfer-Encoding: 8bit\n",
        f"Plural-Forms: {plural}\n",
    ]
    return "\n".join(['msgid ""', 'msgstr ""', *map(_quoted, lines), ""])


def _entry(message: Message, count: int) -> str:
    lines = [f"#: {place}" for place in message.places]
    lines += ["#, fuzzy"] if message.fuzzy else []
    lines += list(_field("msgctxt", message.key.context)) if message.key.context else []
    lines += _field("msgid", message.key.text)
    if message.plural:
        forms = message.forms or ("",) * count
        lines += _field("msgid_plural", message.plural)
        for number, form in enumerate(forms):
            lines += _field(f"msgstr[{number}]", form)
    else:
        lines += _field("msgstr", message.forms[0] if message.forms else "")
    return "\n".join([*lines, ""])


def _field(name: str, text: str) -> Iterator[str]:
    """Long texts are broken over lines, at blanks."""
    if len(text) + len(name) < WIDTH - 3 and "\n" not in text[:-1]:
        yield f"{name} {_quoted(text)}"
        return
    yield f'{name} ""'
    line = ""
    for word in re.findall(r"\S*\n|\S*[^\S\n]+|\S+", text):
        if len(line) + len(word) > WIDTH - 8:
            yield _quoted(line)
            line = ""
        line += word
        if word.endswith("\n"):
            yield _quoted(line)
            line = ""
    if line:
        yield _quoted(line)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
