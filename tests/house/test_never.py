"""What the product never does, read from its source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from tests.docs.test_documents import APPS

ROOT = Path(settings.BASE_DIR)
# What starts programs, makes objects of bytes, or reads XML.
FORBIDDEN = {"subprocess", "pty", "multiprocessing", "pickle", "marshal", "shelve", "xml", "lxml"}
STARTING = {"system", "popen", "execv", "execve", "spawnv", "fork", "posix_spawn", "startfile"}
FETCHING = {"requests", "urllib.request", "http.client", "httpx", "aiohttp", "ftplib"}
SECRET = {"code_hash", "key_hash", "token_hash", "token_key", "mac", "signature", "hashed", "proof"}
# A token was found by its hash; whether it is kept under the pepper of today is no secret.
HARMLESS = {"bytes(token.key_hash) != key_hash", "len(seal.mac) == _LENGTH"}


@cache
def sources() -> dict[str, ast.Module]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_program_is_started_no_object_unpacked_and_no_xml_read():
    """P-C37, P-C45, P-C60."""
    assert len(sources()) > 200
    found = {
        (file, name)
        for file, tree in sources().items()
        for name in imported(tree)
        if name.partition(".")[0] in FORBIDDEN
    }
    assert not found


def test_no_function_of_the_system_starts_a_program():
    """P-C37."""
    calls = {
        (file, node.attr)
        for file, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in STARTING
    }
    assert not calls


def test_only_providers_of_texts_and_the_drill_fetch_an_address():
    """P-C43, S-C38: their addresses come from the operator's environment and command line."""
    found = {file for file, tree in sources().items() if FETCHING & set(imported(tree))}
    beyond = {
        file for file in found if not file.startswith(("registration/telephony/", "sspr/drill/"))
    }
    assert found
    assert not beyond


def test_what_proves_something_is_compared_by_one_function():
    """S-C33: ``accounts.crypto.same``, which takes as long for any difference."""
    compared = {
        ast.unparse(node)
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops)
        and SECRET
        & {
            part.attr if isinstance(part, ast.Attribute) else part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Attribute | ast.Name)
        }
    }
    assert compared == HARMLESS
