"""docs/compatibility.md: what each directory server does, as the tests saw it.

A test that carries the mark ``behaviour`` has a line on the page. What it saw goes there when
``script/compatibility`` runs, and is compared with the page whenever else it runs.
"""

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "compatibility.md"
HEAD = Path(__file__).with_name("compatibility_head.md")
SAMBA, OPENLDAP, WINDOWS = COLUMNS = ("Samba AD DC", "OpenLDAP", "Windows, simulated")
AS_TOLD, NOT_ASKED = "yes", "–"
_MARKS = ("pytest.mark.behaviour", "simulated")
WRITING = os.environ.get("COMPATIBILITY") == "write"

Seen = dict[str, dict[str, set[str]]]  # behaviour, column, what was seen


@cache
def declared() -> dict[str, str]:
    """Every behaviour that a test has, with the title of its module."""
    found: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        section = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".")
        found |= dict.fromkeys(_titles(tree), section)
    return found


def _titles(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _MARKS:
            yield from (str(one.value) for one in node.args if isinstance(one, ast.Constant))


@cache
def told() -> dict[str, dict[str, str]]:
    """What the page says: for each behaviour, its columns."""
    lines = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", PAGE.read_text("utf-8"), re.M)
    return {title: dict(zip(COLUMNS, cells, strict=True)) for title, *cells in lines}


def known() -> Seen:
    """What the page says, as the tests once saw it."""
    lines = told() if PAGE.exists() else {}
    return {
        title: {column: {cell} for column, cell in cells.items() if cell != NOT_ASKED}
        for title, cells in lines.items()
    }


def write(seen: Seen) -> None:
    """Note what was seen now; the rest of the page stays."""
    whole = known()
    for title, columns in seen.items():
        whole[title] = whole.get(title, {}) | columns
    PAGE.write_text(page(whole), encoding="utf-8")


def column_of(test: pytest.Function, mark: pytest.Mark) -> str:
    """Which server a test asked."""
    if mark.kwargs.get("simulated"):
        return WINDOWS
    params = getattr(test, "callspec", None)
    is_samba = "samba" in test.fixturenames or (params and "samba" in params.params.values())
    return SAMBA if is_samba else OPENLDAP


def page(seen: Seen) -> str:
    """The page as it should be."""
    by_section: dict[str, list[str]] = defaultdict(list)
    for title, section in declared().items():
        by_section[section].append(_line(title, seen.get(title, {})))
    parts = [HEAD.read_text("utf-8").format(count=len(declared()))]
    for section, lines in by_section.items():
        columns = " | ".join(COLUMNS)
        parts.append(f"## {section}\n\n| Behaviour | {columns} |\n|---|---|---|---|\n")
        parts.append("\n".join(lines) + "\n\n")
    return "".join(parts).rstrip() + "\n"


def _line(title: str, seen: dict[str, set[str]]) -> str:
    cells = ["; ".join(sorted(seen.get(column, {NOT_ASKED}))) for column in COLUMNS]
    return f"| {' | '.join([title, *cells])} |"
