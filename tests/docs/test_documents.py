"""What the documents name exists: files, links, commands, variables and parts of the code."""

import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class
from django.core.management.base import CommandError

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OF_A_TUTORIAL = {ROOT / "docs" / "adding-a-method.md"}  # makes what it names, in a test of its own
TOLD = [path for path in DOCUMENTS if path not in OF_A_TUTORIAL]
APPS = ("sspr", "reports", "reset", "change", "registration", "writeback", "accounts")
FOLDERS = (*APPS, "tests", "docs", "script", "templates", "static", "benchmarks", ".ci")
MAY_BE_MISSING = {"reset/assisted.py"}  # a place that is kept free

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(rf"^(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*$")
_DOTTED = re.compile(rf"^(?:{'|'.join(APPS)})(?:\.\w+)+$")
_MANAGE = re.compile(r"manage\.py ([^`\n|>#\\]+)")
_RUN = re.compile(r"(?:^|[\s`])((?:script|\.ci)/[\w/-]+|\.venv/bin/[\w-]+)", re.MULTILINE)
_VARIABLE = re.compile(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def codes(path: Path) -> list[str]:
    return _CODE.findall(path.read_text("utf-8"))


def commands() -> list[str]:
    """Every ``manage.py`` command in a block that people may copy."""
    blocks = [b for path in TOLD for b in _BLOCK.findall(path.read_text("utf-8"))]
    return sorted({found.strip() for block in blocks for found in _MANAGE.findall(block)})


def missing(documents: list[Path], look: Callable[[Path], Iterable[str]]) -> list[str]:
    """What a search misses in each document."""
    return [f"{named(path)}: {thing}" for path in documents for thing in look(path)]


def test_every_link_leads_somewhere():
    def astray(document: Path) -> list[str]:
        links = _LINK.findall(document.read_text("utf-8"))
        ours = [link for link in links if "://" not in link and not link.startswith("mailto:")]
        return [link for link in ours if not (document.parent / link).exists()]

    assert not missing(DOCUMENTS, astray)


def test_every_file_that_is_named_exists():
    def gone(document: Path) -> list[str]:
        paths = {code.partition("::")[0] for code in codes(document)}
        paths = {path for path in paths if _PATH.match(path)} - MAY_BE_MISSING
        return [path for path in paths if not (ROOT / path).exists()]

    assert not missing(TOLD, gone)


def test_every_part_of_the_code_that_is_named_exists():
    def gone(document: Path) -> list[str]:
        dotted = {code.partition("(")[0] for code in codes(document)}
        return [name for name in dotted if _DOTTED.match(name) and not exists(name)]

    assert not missing(TOLD, gone)


def exists(dotted: str) -> bool:
    """A module, or something in one, or something in that."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        module = ".".join(parts[:cut])
        if _is_module(module):
            found = import_module(module)
            for name in parts[cut:]:
                if not hasattr(found, name):
                    return False
                found = getattr(found, name)
            return True
    return False


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_what_is_to_be_run_can_be_run():
    def gone(document: Path) -> list[str]:
        named_there = set(_RUN.findall(document.read_text("utf-8"))) - {"script/lib"}
        return [name for name in named_there if not os.access(program(name), os.X_OK)]

    assert not missing(TOLD, gone)


def program(name: str) -> Path:
    """Where a script is, or a tool of the environment that runs this."""
    ours = not name.startswith(".venv")
    return ROOT / name if ours else Path(sys.executable).with_name(Path(name).name)


def test_there_are_commands_to_look_at():
    assert len(commands()) >= 10


@pytest.mark.parametrize("command", commands())
def test_a_command_takes_what_it_is_given(command: str):
    name, *arguments = shlex.split(command)
    owner = "sspr" if (ROOT / "sspr/management/commands" / f"{name}.py").is_file() else None
    library = "django.contrib.staticfiles" if name == "collectstatic" else "django.core"
    made = load_command_class(owner or library, name)
    try:
        made.create_parser("manage.py", name).parse_args(arguments)
    except CommandError as refusal:
        pytest.fail(str(refusal))


def test_every_variable_that_operations_names_is_read():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    example = (ROOT / ".env.example").read_text("utf-8")
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    wanted = set(_VARIABLE.findall(text)) - known
    assert not {name.removesuffix("_FILE") for name in wanted} - known


def test_every_dependency_has_its_sentence():
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    told = re.findall(r"^\| `([\w-]+)`", text, re.MULTILINE)
    assert sorted(told) == sorted(dependencies())


def dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [re.split(r"[^\w-]", line)[0] for line in named]


def records() -> list[Path]:
    return sorted((ROOT / "docs" / "adr").glob("*.md"))


def test_a_decision_says_why_what_and_at_what_price():
    for record in records():
        text = record.read_text("utf-8")
        assert text.startswith(f"# {int(record.name[:4])}. "), record.name
        parts = ("**Context.**", "**Decision.**", "**What we gave up.**")
        assert all(part in text for part in parts), record.name


def test_decisions_are_numbered_without_a_gap():
    assert [int(record.name[:4]) for record in records()] == list(range(1, len(records()) + 1))


def test_the_architecture_names_every_decision_and_invariant():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert not [record.name for record in records() if f"adr/{record.name}" not in text]
    assert not [f"I{n}" for n in range(1, 11) if f"| I{n} |" not in text]


def test_every_document_can_be_found_from_the_start():
    """README and the architecture lead to all of them."""
    start = "".join(
        (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/architecture.md")
    )
    assert not [
        named(path) for path in DOCUMENTS if path.name not in start and path.name != "README.md"
    ]
