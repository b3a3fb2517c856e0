"""Addresses that say in advance who, whose and in which language: taken in, and taken away."""

import html
import logging
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.forms import LONGEST_NAME
from tests.journeys import NEW, ResetJourney
from tests.reports.visits import enter

pytestmark = pytest.mark.django_db

ARRIVALS = ["/", "/sign-in/", "/reset/", "/register/", "/change/"]
NAUGHTY = [
    "",
    "\0",
    "a\r\nLocation: https://evil.test/",
    '"><script>alert(1)</script>',
    "{{ 7|add:7 }}",
    "../../etc/passwd",
    "//evil.test/\\",
    "\u202eelpmaxe.proc@ada",
    "x" * 5_000,
    "\U0001f98a" * 300,
]


@pytest.fixture(autouse=True)
def _two(corp, other):
    """There are two directories, so that it matters whose portal it is."""
    other.organization = "The Others"
    other.save()


def field_of(page):
    """What stands in the field for the user ID."""
    tag = page.text.partition('name="username"')[2].partition(">")[0]
    return html.unescape(tag.partition('value="')[2].partition('"')[0])


@pytest.mark.parametrize("path", ARRIVALS)
def test_what_an_address_says_moves_to_the_session(path):
    browser = Client()
    asked = {"username": "eve@other.example", "directory": "Other", "goal": "unlock", "x": "1"}
    answer = browser.get(path, asked)
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?x=1")
    page = browser.get("/sign-in/")
    assert field_of(page) == "eve@other.example"
    assert "The Others" in page.text
    page = browser.get("/reset/")
    assert field_of(page) == "eve@other.example"
    assert "The Others" in page.text


def test_a_link_to_a_page_behind_the_sign_in_survives_it(other):
    browser = Client()
    answer = browser.get("/register/?username=eve@other.example", follow=True)
    assert answer.redirect_chain[0] == ("/register/", 303)
    assert answer.redirect_chain[-1][0] == "/sign-in/?next=/register/"
    assert field_of(answer) == "eve@other.example"


def test_elsewhere_a_field_of_that_name_is_only_a_field(ada):
    browser = enter(Client(), ada)
    assert browser.get("/account/?username=eve").status_code == 200
    assert Client().get("/reset/help/?username=eve").status_code == 200
    assert Client().get("/livez?username=eve").status_code == 200


@pytest.mark.parametrize("wanted", ["Nowhere", "other.example.evil.test", "%", "_", "Other\0"])
def test_an_unknown_directory_is_left_aside(wanted):
    """P-C46: a name that is not there chooses nothing, and is no error."""
    browser = Client()
    page = browser.get("/reset/", {"directory": wanted}, follow=True)
    assert page.status_code == 200
    assert "Corp" in page.text
    assert "The Others" not in page.text


def test_the_directory_known_before_stays():
    browser = Client()
    browser.get("/", {"directory": "other.example"})
    browser.get("/", {"directory": "Nowhere"})
    browser.get("/reset/", {"username": "eve"})
    page = browser.get("/reset/")
    assert "The Others" in page.text
    assert field_of(page) == "eve"


@pytest.mark.parametrize("field", ["username", "directory", "goal", "lang", "mkt"])
def test_hostile_values_are_only_values(field):
    """P-C46, S-C25: shown as text or not at all, and led nowhere."""
    for value in NAUGHTY:
        browser = Client()
        answer = browser.get(f"/reset/?{field}={quote(value)}")
        assert (answer.status_code, answer["Location"]) == (303, "/reset/")
        page = browser.get("/reset/")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert len(field_of(page)) <= LONGEST_NAME
        assert browser.post("/reset/", {"username": "ada@corp.example"}).status_code == 302


def test_of_several_values_one_counts():
    """S-C16: in the address once or often, in the form once or often: one name, one attempt."""
    browser = Client()
    browser.get("/reset/?username=ada@corp.example&username=ben@corp.example")
    assert field_of(browser.get("/reset/")) == "ben@corp.example"
    answer = browser.post(
        "/reset/?username=ada@corp.example", {"username": ["", "cleo@corp.example"]}
    )
    assert answer.status_code == 302
    assert browser.session["prefill"] == {}


def test_what_is_typed_counts_and_not_what_the_link_said(ada, cleo, run_outbox, postbox):
    journey = ResetJourney()
    journey.client.get("/reset/", {"username": "cleo@corp.example"})
    journey.start("ada@corp.example").choose()
    run_outbox()
    journey.answer(postbox.code("ada@home.example")).save(NEW)
    assert journey.step == "reset:done"
    assert journey.client.session["prefill"] == {}


@pytest.mark.parametrize("path", ["//evil.test/", "/\\evil.test/", "/reset//evil.test/"])
def test_no_address_leads_out(path):
    """S-C25"""
    answer = Client().get("/", {"username": "eve"}, PATH_INFO=path)
    assert "evil.test" not in answer.get("Location", "")


def test_what_an_address_says_is_not_logged(caplog):
    """P-C25"""
    caplog.set_level(logging.DEBUG)
    name = "somebody-in-a-link@corp.example"
    Client().get("/reset/", {"username": name, "directory": name, "lang": name}, follow=True)
    assert "sspr.request" in {record.name for record in caplog.records}
    assert name not in str([record.__dict__ for record in caplog.records])


def test_a_goal_is_forgotten_where_it_is_chosen():
    browser = Client()
    browser.get("/reset/", {"goal": "unlock"})
    assert "unlock your account" in browser.get("/reset/").text
    browser.get("/")
    assert "unlock your account" not in browser.get("/reset/").text
