"""Rules of the house that a reader of one template would not notice being broken."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TEXTS = sorted((ROOT / "templates").rglob("*.txt"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
ICONS = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static/icons.svg").read_text()))
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an inline handler": r"<[^>]*\son\w+\s*=\s*[\"']",
    "a style block": r"<style",
    "a file of somebody else": r"(?:src|srcset)=[\"'](?:https?:)?//",
    "a sheet of somebody else": r"<link[^>]*href=[\"'](?:https?:)?//",
    "a javascript address": r"javascript:",
}


def found_in(paths: list[Path], look: Callable[[str], Iterable[object]]) -> dict[str, list[object]]:
    """What a search finds in each file, where it finds anything."""
    found = {str(path.relative_to(ROOT)): [*look(path.read_text())] for path in paths}
    return {name: things for name, things in found.items() if things}


def test_a_page_holds_nothing_its_security_policy_forbids():
    def forbidden(text: str) -> list[str]:
        return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)]

    assert found_in(PAGES, forbidden) == {}


def test_scripts_are_modules_in_files_of_their_own():
    def others(text: str) -> list[tuple[str, str]]:
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S)
        return [
            (attributes, content)
            for attributes, content in scripts
            if content or 'type="module"' not in attributes or "src=" not in attributes
        ]

    assert found_in(PAGES, others) == {}


def test_nothing_is_declared_safe():
    safe = re.compile(r"\|\s*safe(?:seq)?\b|autoescape off")
    assert found_in(TEMPLATES, safe.findall) == {}


def test_a_tag_ends_on_its_line():
    """Django shows a tag that is broken over lines instead of obeying it."""

    def broken(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.count("{%") != line.count("%}")]

    assert found_in([*TEMPLATES, *TEXTS], broken) == {}


def test_a_plain_text_mail_fits_72_columns():
    def wide(text: str) -> list[str]:
        words = re.sub(r"{{.*?}}", "Ada", re.sub(r"{%.*?%}", "", text))
        return [line for line in words.splitlines() if len(line) > 72]

    assert found_in(TEXTS, wide) == {}


def test_every_icon_is_drawn():
    def missing(text: str) -> set[str]:
        named = re.findall(r'components/icon\.html" with [^%]*?name="(\w+)"', text)
        written = re.findall(r"icons\.svg(?:' %\})?#(\w+)", text)
        return {*named, *written} - ICONS

    assert found_in(PAGES, missing) == {}


def test_a_sending_form_carries_its_token():
    def bare(text: str) -> list[str]:
        forms = re.findall(r'<form[^>]*method="?post.*?</form>', text, re.S | re.I)
        return [form for form in forms if "{% csrf_token %}" not in form]

    assert found_in(PAGES, bare) == {}


def test_an_identifier_is_written_once():
    def twice(text: str) -> list[str]:
        written = re.findall(r'\sid="([\w-]+)"', re.sub(r"{%.*?%}", "", text))
        return [name for name, times in Counter(written).items() if times > 1]

    assert found_in(PAGES, twice) == {}


def test_there_are_pages_to_look_at():
    assert len(PAGES) > 20
    assert len(ICONS) > 20
