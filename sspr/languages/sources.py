"""Every text of the product that can be translated, found in its Python and its templates.

Django's own ``makemessages`` finds the same with GNU gettext's tools; this needs none of them.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from sspr.languages.catalogue import Catalogue, Key, Message

APPS = ("accounts", "change", "registration", "reports", "reset", "sspr", "writeback")

# Where each function of django.utils.translation has its context, its text and its plural.
_PLACES = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
# The agent runs without Django and only marks what the portal says for it.
_SPEAK = {"django.utils.translation", "writeback.agent.doctor.wording"}
_IN_TEMPLATES = re.compile(r"\b(n?p?gettext|_)\((?=u?['\"])")

Found = tuple[Key, str]  # with the plural, "" for none


class NotConstant(Exception):
    """A text that nobody can translate, because it is put together while the program runs."""


def messages(root: Path) -> Catalogue:
    """All of them, untranslated, each with the files that say it."""
    plurals: dict[Key, str] = {}
    places: dict[Key, set[str]] = defaultdict(set)
    for path, key, plural in _everything(root):
        places[key].add(path.relative_to(root).as_posix())
        plurals[key] = plurals.get(key) or plural
    return {
        key: Message(key, plurals[key], places=tuple(sorted(places[key]))) for key in sorted(places)
    }


def _everything(root: Path) -> Iterator[tuple[Path, Key, str]]:
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((path, *found) for found in in_python(path.read_text("utf-8")))
    for path in sorted((root / "templates").rglob("*.*")):
        yield from ((path, *found) for found in in_template(path.read_text("utf-8")))


def in_python(text: str) -> Iterator[Found]:
    """The texts of calls to Django's functions, under whatever name they were imported."""
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in _SPEAK
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            name = names.get(name, name if isinstance(node.func, ast.Attribute) else "")
            function = name.removesuffix("_lazy").removesuffix("_noop")
            if function in _PLACES:
                yield _of_call(node, function)


def in_template(text: str) -> Iterator[Found]:
    """Django turns its tags into calls between signs that stand for the rest."""
    calls = templatize(text)
    for match in _IN_TEMPLATES.finditer(calls):
        function = "gettext" if match[1] == "_" else match[1]
        yield _of_call(_call_at(calls, match.start()), function)


def _call_at(text: str, start: int) -> ast.Call:
    for end in re.finditer(r"\)", text[start:]):
        try:
            call = ast.parse(text[start : start + end.end()], mode="eval").body
        except SyntaxError:
            continue
        assert isinstance(call, ast.Call)
        return call
    raise NotConstant(text[start : start + 60])


def _of_call(call: ast.Call, function: str) -> Found:
    context, singular, plural = (
        "" if place is None else _constant(call, place) for place in _PLACES[function]
    )
    return Key(singular, context), plural


def _constant(call: ast.Call, place: int) -> str:
    argument = call.args[place]
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        raise NotConstant(f"line {call.lineno}: {ast.unparse(call)}")
    return argument.value
