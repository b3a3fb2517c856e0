"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils.module_loading import import_string

ROOT = Path(settings.BASE_DIR)
APPS = ("sspr", "reports", "reset", "change", "registration", "writeback", "accounts")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MAY_INSERT_WRITES = {"reset/kernel.py", "change/services.py", "reset/assisted.py"}
STORE_VERBS = {"reset", "change", "unlock"}
NOT_IN_TEMPLATES = {
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape\s+off|\bsafeseq\b"),
    "inline style": re.compile(r"<[^>]*\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "foreign address": re.compile(r"""(?:src|href)=["']?(?:https?:)?//""", re.IGNORECASE),
}
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.}])/(?:root|home|work|opt|Users)/\w|--(?:extra-)?index-url|find-links"
)
PUBLIC_INDEX = {"https://pypi.org", "https://files.pythonhosted.org"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and path.is_file()]


def product() -> list[Path]:
    return sources(*APPS)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """What the rules look at, in the order of ``ast.walk``; walked once for all of them."""
    wanted = (ast.Call, ast.Import, ast.ImportFrom, Function)
    return [node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, wanted)]


def functions(path: Path) -> Iterator[Function]:
    return (node for node in nodes_of(path) if isinstance(node, Function))


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    nodes_of.cache_clear()


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("needs the repository, to know which files belong to the project")
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id if isinstance(node, ast.Name) else ""]))


def test_a_file_fits_a_readers_head():
    everything = sources(*APPS, "tests", "benchmarks")
    lengths = {named(path): len(text_of(path).splitlines()) for path in everything}
    assert not {name: n for name, n in lengths.items() if n >= LONGEST_FILE}


def test_a_function_fits_a_screen():
    lengths = {
        f"{named(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in product()
        for function in functions(path)
    }
    assert not {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION}


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside


def test_nothing_listens_to_signals():
    listening = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and re.search(r"\bsignals?$", node.module or "")
    ]
    assert not listening


def test_only_three_places_insert_write_rows():
    """Invariant 2: no write without all evidence."""
    inserting = {
        named(path)
        for path in product()
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and _inserts_a_write(node)
    }
    assert inserting <= MAY_INSERT_WRITES


def _inserts_a_write(call: ast.Call) -> bool:
    name = dotted(call.func)
    return bool(re.search(r"(^|\.)Write$", name)) or bool(
        re.search(r"(^|\.)Write\.objects\.(\w+\.)*\w*create\w*$", name)
    )


@pytest.mark.parametrize(
    "code",
    [
        "Write(user=u)",
        "models.Write.objects.create()",
        "Write.objects.bulk_create([])",
        "Write.objects.get_or_create()",
    ],
)
def test_every_way_to_insert_a_write_is_known(code: str):
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert _inserts_a_write(statement.value)


def test_only_the_write_service_calls_a_store():
    """Invariant 1: one confirmed write behind every success."""
    calling = {
        named(path)
        for path in product()
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and dotted(node.func).split(".")[-1] in STORE_VERBS
        and re.search(r"\bstore\b", dotted(node.func).rpartition(".")[0] or "")
    }
    assert calling <= {"writeback/services.py"}


def test_every_template_compiles():
    for path in sorted((ROOT / "templates").rglob("*.*")):
        get_template(str(path.relative_to(ROOT / "templates")))


def test_no_template_can_carry_somebody_elses_script():
    broken = [
        f"{named(path)}: {what}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for what, pattern in NOT_IN_TEMPLATES.items()
        if pattern.search(_without_comments(text_of(path)))
        and not ("email" in path.parts and what == "inline style")  # mail programs know no other
    ]
    assert not broken


@pytest.mark.parametrize(
    "markup",
    [
        "{{ name|safe }}",
        "{{ name | safe }}",
        "{% autoescape off %}",
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<img src="https://elsewhere.example/x.png">',
        '<script src="//elsewhere.example/x.js"></script>',
    ],
)
def test_every_way_to_carry_a_script_is_known(markup: str):
    assert any(pattern.search(markup) for pattern in NOT_IN_TEMPLATES.values())


def _without_comments(text: str) -> str:
    return re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", text, flags=re.DOTALL)


def test_no_python_marks_text_as_safe():
    marking = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and dotted(node.func).split(".")[-1] in {"mark_safe", "SafeString"}
    ]
    assert not marking


def test_no_test_reads_a_page_without_waiting_for_it():
    """These answer at once, about the page that is just being left: ``expect`` waits."""
    hasty = re.compile(r"\.(?:is_visible|is_hidden|is_enabled|is_disabled|is_checked)\(\)")
    reading = [
        f"{named(path)}:{number}"
        for path in sources("tests")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if hasty.search(line)
        or re.search(r"\b(?:page|screen)\.(?:content|title|inner_text)\(|\.all_inner_texts\(", line)
    ]
    assert not reading


def plugged_in() -> list[str]:
    listed = [
        *settings.VERIFICATION_METHODS.values(),
        *settings.STORES.values(),
        *settings.SIGN_IN_INTERRUPTS,
        *settings.NOTICE_ADDRESSES,
        *settings.POLICY_EFFECTS,
        *settings.PEOPLE_SYNCHRONIZED,
        *settings.OUTBOX_HANDLERS.values(),
        *[path for path, _seconds in settings.PERIODIC_JOBS.values()],
        *settings.AUTHENTICATION_BACKENDS,
        *settings.PASSWORD_HASHERS,
        *settings.MIDDLEWARE,
    ]
    return [str(path) for path in listed]


def test_what_is_plugged_in_is_there():
    assert all(callable(import_string(path)) for path in plugged_in())


def test_no_tracked_file_speaks_of_one_machine():
    speaking = [
        f"{named(path)}:{number}"
        for path in tracked()
        if path.suffix not in {".lock", ".png"} and path.name != Path(__file__).name
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert not speaking


def test_the_lock_file_names_the_public_index_only():
    lock = (ROOT / "uv.lock").read_text("utf-8")
    assert set(re.findall(r"https?://[^/\"]+", lock)) <= PUBLIC_INDEX
