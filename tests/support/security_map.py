"""Which test holds which number of the catalogue; ``script/security-map`` writes the page.

A number is held by the tests whose docstring names it (or whose module's or class's does), and by
those that ``tests/docs/catalogue.yaml`` names.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "tests" / "docs" / "catalogue.yaml"
PAGE = ROOT / "docs" / "security-tests.md"
KINDS = {
    "I": "What must always be true",
    "P": "How products like this one were broken",
    "S": "Attacks that standards and guides describe",
}
OF_A_STANDARD = {
    "A": "NIST SP 800-63B",
    "B": "OWASP ASVS 5.0.0",
    "D": "WCAG and design guides",
    "E": "the framework's own advice",
    "F": "reliability",
}
_NUMBER = re.compile(
    r"\b(I\d{1,2}|[PS]-[A-F](?:\d{2}|-\d+(?:\.\d+)+))(?:\s*[-\N{EN DASH}]\s*I(\d+))?\b"
)

Found = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number: what it is about, the tests named by hand, and what no test holds."""

    title: str
    tests: tuple[str, ...] = ()
    remark: str = ""


def catalogue() -> dict[str, Entry]:
    raw = yaml.safe_load(CATALOGUE.read_text("utf-8"))
    return {
        number: Entry(told["title"], tuple(told.get("tests", ())), told.get("remark", ""))
        for number, told in raw.items()
    }


def numbers_in(text: str) -> Iterator[str]:
    """Every number a text names; ``I1-I4`` are four."""
    for match in _NUMBER.finditer(text):
        number, last = match.groups()
        yield number
        if last and number.startswith("I"):
            yield from (f"I{n}" for n in range(int(number[1:]) + 1, int(last) + 1))


@cache
def every_test() -> tuple[tuple[str, str], ...]:
    """The name of each test, and of each module of tests, with its docstring."""
    return tuple(
        told for path in sorted((ROOT / "tests").rglob("test_*.py")) for told in _tests_in(path)
    )


def _tests_in(path: Path) -> Iterator[tuple[str, str]]:
    name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))
    yield name, ast.get_docstring(tree) or ""
    for node in _functions(tree):
        if node.name.startswith("test_"):
            yield f"{name}::{node.name}", ast.get_docstring(node) or ""


def _functions(holder: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Those of a module and of its classes: tests stand nowhere else."""
    for node in holder.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


def from_docstrings() -> Found:
    """The tests that name a number themselves."""
    found: Found = defaultdict(list)
    for name, text in every_test():
        for number in numbers_in(text):
            found[number].append(name)
    return found


def held() -> Found:
    """All tests of each number of the catalogue."""
    named = from_docstrings()
    return {
        number: list(dict.fromkeys([*named.get(number, ()), *entry.tests]))
        for number, entry in catalogue().items()
    }


def page() -> str:
    """The page as it should be."""
    known, tests = catalogue(), held()
    parts = [_HEAD.format(tested=sum(map(bool, tests.values())), all=len(known))]
    for kind, title in KINDS.items():
        lines = [_line(n, e, tests[n]) for n, e in known.items() if n.startswith(kind)]
        parts.append(f"## {title}\n\n| | What holds | Tests | Remark |\n|---|---|---|---|\n")
        parts.append("\n".join(lines) + "\n\n")
    parts.append("## Requirements of standards named by tests\n\n| | Tests |\n|---|---|\n")
    others = {n: t for n, t in sorted(from_docstrings().items()) if n not in known}
    parts.append("".join(f"| {_of(n)} | {_named(t)} |\n" for n, t in others.items()))
    return "".join(parts)


_HEAD = """# What the tests hold

Made by `script/security-map` from the tests' docstrings and `tests/docs/catalogue.yaml`; a test
fails when this page is stale. {tested} of {all} numbers are held by tests. A remark says what no
test holds, or why a number does not apply. A file without a test's name behind it means all tests
in it.

"""


def _line(number: str, entry: Entry, tests: list[str]) -> str:
    return f"| {number} | {entry.title} | {_named(tests)} | {entry.remark} |"


def _named(tests: list[str]) -> str:
    """One line for each file, its tests behind it."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        file, _, name = test.partition("::")
        words = name.removeprefix("test_").replace("_", " ")
        by_file[file] += [words] if words else []
    return "<br>".join(
        f"`{file}`" + (f": {', '.join(names)}" if names else "") for file, names in by_file.items()
    )


def _of(number: str) -> str:
    source, rest = number[2], number[3:].lstrip("-")
    return f"{number}: {OF_A_STANDARD.get(source, '')} {rest if source == 'B' else ''}".strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"Wrote {PAGE.relative_to(ROOT)}\n")
