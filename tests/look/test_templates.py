"""Rules of the house that a reader of one template would not notice being broken."""

import re
from pathlib import Path

import pytest

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


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=of)
def test_a_page_holds_nothing_its_security_policy_forbids(path):
    text = path.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=of)
def test_scripts_are_modules_in_files_of_their_own(path):
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", path.read_text(), re.S):
        assert 'type="module"' in attributes
        assert "src=" in attributes
        assert content == ""


@pytest.mark.parametrize("path", TEMPLATES, ids=of)
def test_nothing_is_declared_safe(path):
    assert not re.search(r"\|\s*safe(seq)?\b|autoescape off", path.read_text())


@pytest.mark.parametrize("path", [*TEMPLATES, *TEXTS], ids=of)
def test_a_tag_ends_on_its_line(path):
    """Django shows a tag that is broken over lines instead of obeying it."""
    broken = [
        line for line in path.read_text().splitlines() if line.count("{%") != line.count("%}")
    ]
    assert broken == []


@pytest.mark.parametrize("path", TEXTS, ids=of)
def test_a_plain_text_mail_fits_72_columns(path):
    words = re.sub(r"{{.*?}}", "Ada", re.sub(r"{%.*?%}", "", path.read_text()))
    assert [line for line in words.splitlines() if len(line) > 72] == []


@pytest.mark.parametrize("path", PAGES, ids=of)
def test_every_icon_is_drawn(path):
    text = path.read_text()
    named = re.findall(r'components/icon\.html" with [^%]*?name="(\w+)"', text)
    written = re.findall(r"icons\.svg(?:' %\})?#(\w+)", text)
    assert set(named + written) <= ICONS


@pytest.mark.parametrize("path", PAGES, ids=of)
def test_a_sending_form_carries_its_token(path):
    for form in re.findall(r'<form[^>]*method="?post.*?</form>', path.read_text(), re.S | re.I):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", PAGES, ids=of)
def test_an_identifier_is_written_once(path):
    text = re.sub(r"{%.*?%}", "", path.read_text())
    written = re.findall(r'\sid="([\w-]+)"', text)
    assert len(written) == len(set(written))


def test_there_are_pages_to_look_at():
    assert len(PAGES) > 20
    assert len(ICONS) > 20
