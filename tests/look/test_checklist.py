"""The list beside a new password says "done" only where the server agrees."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string

from accounts.policy.passwords import PersonWords, rules_for

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).resolve().parents[2] / "static/js/checklist.js"
ADA = PersonWords("ada.marlow@harbour.example", "Ada Marlow", "Vale")
RULES = {rule.code: rule for rule in rules_for(None, ADA)}


@pytest.fixture(scope="module")
def checklist(chromium):
    """A page with the list and a field, as every page that takes a new password has them."""
    page = chromium.new_page()
    rules = render_to_string("components/rules.html", {"rules": RULES.values()})
    page.set_content(f'<!doctype html>{rules}<input id="id_new_password">')
    page.add_script_tag(content=SCRIPT.read_text(), type="module")
    yield page
    page.close()


def state(checklist, rule, password):
    checklist.fill("#id_new_password", password)
    return checklist.inner_text(f'[data-rule="{rule}"] [data-state]')


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("fourteen chars", "not yet"),
        ("fifteen charact", "done"),
        ("🐢" * 14, "not yet"),
        ("🐢" * 15, "done"),
        ("e\u0301" * 14, "not yet"),
        ("e\u0301" * 15, "done"),
    ],
)
def test_length_is_counted_as_the_server_counts(checklist, password, expected):
    assert state(checklist, "length", password) == expected
    assert (RULES["length"].check(password) == "") is (expected == "done")


@pytest.mark.parametrize(
    "password",
    ["adamarlow2026", "Ada.Marlow 1", "m4rl0w marlow", "HARBOUR-vale-99", "valeharbour", "ADA"],
)
def test_a_name_is_never_called_done_where_the_server_refuses(checklist, password):
    assert RULES["names"].check(password) != ""
    assert state(checklist, "without", password) == "checked when you save"


@pytest.mark.parametrize("password", ["kettle orbit maple tuesday", "x", "quiet-lantern.42"])
def test_a_password_without_names_is_done(checklist, password):
    assert RULES["names"].check(password) == ""
    assert state(checklist, "without", password) == "done"


def test_an_empty_field_is_not_yet(checklist):
    state(checklist, "without", "quiet lantern")
    assert state(checklist, "without", "") == "not yet"


def test_the_icon_follows_the_state(checklist):
    state(checklist, "length", "kettle orbit maple tuesday")
    icon = checklist.get_attribute('[data-rule="length"] use', "href")
    assert icon.endswith("icons.svg#check")
