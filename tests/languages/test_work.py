"""From the product's texts to a catalogue, to a translator, and back."""

import gettext
import json
import os
import time

import pytest

from sspr.languages import __main__ as script
from sspr.languages import catalogue, compiled, sources, work
from sspr.languages.catalogue import Key, Message
from sspr.languages.spoken import LANGUAGES

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext as with_context
from elsewhere import gettext
_("One"), ngettext("%(n)d cat", "%(n)d cats", 2), with_context("verb", "Block")
_("Long " "text"), gettext("Not ours")
"""
TEMPLATE = """{% load i18n %}{% translate "One" %}{% translate 'Its "own"' %}
{% blocktranslate trimmed with x=y %}
  For {{ x }},
  100% of it
{% endblocktranslate %}
{% blocktranslate count n=c %}{{ n }} dog{% plural %}{{ n }} dogs{% endblocktranslate %}
{{ row|default:_("Nobody") }}{# _("No") #}{% comment %}{% translate "No" %}{% endcomment %}
{% translate "Block" context "noun" %}"""


@pytest.fixture
def product(tmp_path, monkeypatch):
    """A product of two files, with catalogues of its own."""
    (tmp_path / "accounts").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "accounts" / "words.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(work, "ROOT", tmp_path)
    monkeypatch.setattr(work, "LOCALE", tmp_path / "locale")
    return tmp_path


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["messages", *map(str, arguments)])
    return script.main()


def test_every_text_is_found_with_its_context_its_plural_and_its_places(product):
    found = sources.messages(product)
    assert {(key.context, key.text, one.plural) for key, one in found.items()} == {
        ("", "One", ""),
        ("", "%(n)d cat", "%(n)d cats"),
        ("verb", "Block", ""),
        ("noun", "Block", ""),
        ("", "Long text", ""),
        ("", 'Its "own"', ""),
        ("", "For %(x)s, 100%% of it", ""),
        ("", "%(n)s dog", "%(n)s dogs"),
        ("", "Nobody", ""),
    }
    assert found[Key("One")].places == ("accounts/words.py", "templates/page.html")


@pytest.mark.parametrize("text", ['_("a" + b)', "_(b)", '_(f"{b}")'])
def test_a_text_put_together_while_running_is_an_error(text):
    with pytest.raises(sources.NotConstant):
        list(sources.in_python(f"from django.utils.translation import gettext as _\n{text}"))


def test_translations_survive_an_update_and_dead_ones_go(product, monkeypatch, capsys):
    assert run(monkeypatch) == 0
    file = product / "file.json"
    ids = {told["text"]: told["id"] for told in handed_out(monkeypatch, capsys)}
    given = {
        ids["One"]: "Eins",
        ids["%(n)d cat"]: ["eine Katze", "%(n)d Katzen"],
        ids["Nobody"]: "Nie%(mand)s",
        "00000000": "Nichts",
    }
    file.write_text(json.dumps(given))
    assert run(monkeypatch, "--fill", "de", file) == 1  # two are refused, the others kept
    (product / "templates" / "page.html").write_text("")
    assert run(monkeypatch) == 0
    kept = work.kept("de")
    assert kept[Key("One")].forms == ("Eins",)
    assert kept[Key("%(n)d cat")].forms == ("eine Katze", "%(n)d Katzen")
    assert Key("Nobody") not in kept
    assert len(work.kept("fr")) == len(kept)


def handed_out(monkeypatch, capsys):
    capsys.readouterr()
    assert run(monkeypatch, "--todo", "de") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{**one, "text": one["en"]} for one in told]


def test_the_check_fails_for_a_complete_language_that_no_longer_is(product, monkeypatch):
    run(monkeypatch)
    monkeypatch.setattr(script, "COMPLETE", frozenset())
    assert run(monkeypatch, "--check") == 0
    monkeypatch.setattr(script, "COMPLETE", frozenset({"de"}))
    assert run(monkeypatch, "--check") == 1


def test_what_is_compiled_is_what_was_written(tmp_path):
    messages = [
        Message(Key("One"), forms=("Eins",)),
        Message(Key("Block", "verb"), forms=("Sperren",)),
        Message(Key("%d cat"), "%d cats", ("%d Katze", "%d Katzen")),
        Message(Key("Missing")),
        Message(Key("Doubtful"), forms=("Zweifel",), fuzzy=True),
        Message(Key('A "quoted"\\\nline ' + "word " * 40), forms=("Ä„ö“\\\n" + "Wort " * 40,)),
    ]
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(catalogue.written(messages, "de", LANGUAGES["de"].plural), "utf-8")
    assert sorted(catalogue.read(source).values(), key=lambda one: one.key) == sorted(
        messages, key=lambda one: one.key
    )
    assert compiled.compile_newer(tmp_path) == [source.with_suffix(".mo")]
    assert compiled.compile_newer(tmp_path) == []
    read = gettext.translation("django", tmp_path, ["de"])
    assert read.gettext("One") == "Eins"
    assert read.pgettext("verb", "Block") == "Sperren"
    assert [read.ngettext("%d cat", "%d cats", n) for n in (1, 2)] == ["%d Katze", "%d Katzen"]
    assert [read.gettext(name) for name in ("Missing", "Doubtful")] == ["Missing", "Doubtful"]
    assert read.gettext(messages[-1].key.text) == messages[-1].forms[0]


def test_what_was_changed_is_compiled_again(tmp_path):
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(catalogue.written([], "de", LANGUAGES["de"].plural))
    (made,) = compiled.compile_newer(tmp_path)
    os.utime(made, (time.time() - 60,) * 2)
    assert compiled.compile_newer(tmp_path) == [made]
