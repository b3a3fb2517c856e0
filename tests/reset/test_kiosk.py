"""Kiosk mode: no way out, and nothing left behind for whom comes next."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.people.models import Role
from accounts.policy.models import Policy
from reset.models import Attempt
from tests.journeys import NEW, ResetJourney, words_of
from tests.reports.visits import enter

pytestmark = pytest.mark.django_db

ADA = "ada@corp.example"
REACHED = re.compile(r'(?:href|action|src|srcset|content|formaction)="([^"]*)"')
ELSEWHERE = re.compile(r"https?:|//|mailto:|tel:|sms:|javascript:|data:", re.I)
FLOW = ("/reset/", "/static/", "/brand/", "#", "?")
WIPE = "/reset/kiosk/wipe/"


@pytest.fixture(autouse=True)
def _helpdesk(corp):
    corp.helpdesk_phone = "+44 20 7946 0100"
    corp.save()
    Policy.objects.in_directory(corp).update(
        helpdesk_kind="link", helpdesk_link="mailto:help@corp.example?subject=x"
    )


@pytest.fixture
def kiosk():
    journey = ResetJourney()
    journey.get("reset:start", kiosk="1")
    return journey


def leads_nowhere(page):
    """Everything that a page refers to is the flow's own."""
    text = re.sub(r'<meta name="(?!kiosk)[^>]*>|<meta charset[^>]*>', "", page.content.decode())
    for address in REACHED.findall(text):
        target = address.partition("url=")[2] or address
        assert not ELSEWHERE.match(target), target
        assert target.startswith(FLOW) or target.isdigit() or not target, target
    assert "mailto:" not in text
    assert "tel:" not in text
    return page


def is_kiosk(journey):
    return 'name="kiosk"' in journey.client.get("/reset/").content.decode()


def test_no_page_of_the_flow_leads_out(kiosk, ada, run_outbox, postbox):
    """P-C47: from the first page to the last, and those beside it."""
    leads_nowhere(kiosk.page)
    assert "+44 20 7946 0100" in kiosk.words
    for name in ("reset:help", "reset:phone", "reset:kiosk_idle", "reset:closed"):
        leads_nowhere(kiosk.client.get(reverse(name)))
    leads_nowhere(kiosk.start(ADA).page)
    leads_nowhere(kiosk.client.get(reverse("reset:help")))
    leads_nowhere(kiosk.choose().page)
    leads_nowhere(kiosk.answer("000000").page)
    leads_nowhere(kiosk.client.get("/reset/link/x/"))
    run_outbox()
    assert leads_nowhere(kiosk.answer(postbox.code("ada@home.example")).page)
    assert kiosk.step == "reset:password"
    assert ADA not in " ".join(re.findall(r"<input[^>]*>", kiosk.page.content.decode()))
    leads_nowhere(kiosk.save("short").page)
    leads_nowhere(kiosk.save(NEW).page)
    assert kiosk.step == "reset:done"
    assert "Wipe everything now" in kiosk.words
    assert "Sign in" not in kiosk.words


def test_the_helpdesk_is_told_as_text_where_it_has_no_number(kiosk, corp, ada):
    corp.helpdesk_phone = ""
    corp.save()
    page = leads_nowhere(kiosk.start(ADA).page)
    assert "help@corp.example" in words_of(page)


def test_our_own_form_is_within_the_flow(kiosk, corp, ada, make_user):
    """Writing to the helpdesk leads nowhere either, and is wiped: also without an attempt."""
    Policy.objects.in_directory(corp).update(helpdesk_kind="built_in")
    leads_nowhere(kiosk.get("reset:contact").post("reset:contact", username=ADA, why="other").page)
    assert kiosk.heading == "Nobody can be written to here"
    make_user("hugo", roles=(Role.HELPDESK,))
    page = leads_nowhere(kiosk.get("reset:help").page).content.decode()
    assert 'href="/reset/contact/"' in page
    for heading in ["Your message is on its way"] * 3 + ["No more messages for now"]:
        leads_nowhere(kiosk.post("reset:contact", username=ADA, why="other").page)
        assert kiosk.heading == heading
    assert f'href="{WIPE}"' in kiosk.page.content.decode()
    assert kiosk.client.get(WIPE)["Clear-Site-Data"]
    assert kiosk.get("reset:contacted").step == "reset:contact"
    kiosk.get("reset:start", kiosk="1").start(ADA).get("reset:contact")
    assert f'value="{ADA}"' in kiosk.page.content.decode()
    assert 'autocomplete="username"' not in kiosk.page.content.decode()
    kiosk.client.get(WIPE)
    assert not kiosk.client.session.keys()


def test_the_policys_own_helpdesk_is_no_link_there(kiosk, ada):
    for journey in (kiosk.get("reset:help"), kiosk.start(ADA).get("reset:help")):
        page = leads_nowhere(journey.page).content.decode()
        assert 'href=""' not in page
    kiosk.post("reset:contact", username=ADA, why="other")
    assert kiosk.heading == "Other ways to get help"
    leads_nowhere(kiosk.page)


def test_elsewhere_pages_have_their_links(ada):
    """The other side: without the mode, the same pages lead on."""
    journey = ResetJourney().start(ADA)
    page = journey.page.content.decode()
    assert "tel:+442079460100" in page
    assert "mailto:help@corp.example" in page
    for name in ("reset:start", "reset:closed"):
        assert 'href="/sign-in/"' in Client().get(reverse(name)).content.decode()
    assert 'name="kiosk"' not in page
    assert 'autocomplete="username"' in Client().get("/reset/").content.decode()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/register/", "/account/", "/help/privacy/"])
def test_any_other_page_wipes_and_starts_over(kiosk, ada, path):
    kiosk.start(ADA)
    before = kiosk.client.session.session_key
    answer = kiosk.client.get(path)
    assert (answer.status_code, answer["Location"]) == (303, WIPE)
    answer = kiosk.client.get(WIPE)
    assert (answer.status_code, answer["Location"]) == (303, "/reset/?kiosk=1")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not Client().session.exists(before)
    assert Attempt.objects.get().closed_at
    kiosk.get("reset:start", kiosk="1")
    assert is_kiosk(kiosk)
    assert ADA not in kiosk.page.content.decode()
    assert kiosk.client.get("/reset/method/")["Location"] == "/reset/closed/"


def test_stopping_wipes(kiosk, ada):
    kiosk.start(ADA).post("reset:stop")
    assert [where for where, _status in kiosk.page.redirect_chain][-3:] == [
        WIPE,
        "/reset/?kiosk=1",
        "/reset/",
    ]
    assert is_kiosk(kiosk)


def test_a_page_asks_before_it_wipes(kiosk, ada, settings):
    """S-D43: time can be extended with one press, and nothing is lost by it."""
    settings.KIOSK_IDLE_SECONDS = 120
    page = kiosk.start(ADA).page.content.decode()
    refresh = '<noscript><meta http-equiv="refresh" content="120; url=/reset/kiosk/idle/">'
    assert refresh in page
    asked = kiosk.client.get("/reset/kiosk/idle/")
    assert asked["Refresh"] == f"60; url={WIPE}"
    assert 'href="/reset/method/"' in asked.content.decode()
    assert kiosk.get("reset:method").step == "reset:method"
    assert "http-equiv" not in asked.content.decode()


def test_a_page_that_holds_nobody_starts_over_without_asking(kiosk):
    assert f'content="180; url={WIPE}"' in kiosk.page.content.decode()
    session = kiosk.client.session.session_key
    answer = kiosk.client.get(WIPE)
    assert "Clear-Site-Data" not in answer
    assert kiosk.client.session.session_key == session


@pytest.mark.parametrize(("seconds", "goes_on"), [(295, True), (305, False)])
def test_a_session_that_was_silent_for_too_long_is_wiped(kiosk, ada, seconds, goes_on):
    """Also where no page led on: a computer that slept."""
    kiosk.start(ADA)
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        answer = kiosk.client.get("/reset/method/")
        assert (answer.status_code == 200) is goes_on
        assert goes_on or answer["Location"] == WIPE


def test_browsers_are_asked_to_offer_nothing(kiosk, ada, run_outbox, postbox):
    assert 'autocomplete="off"' in kiosk.page.content.decode()
    assert 'autocomplete="username"' not in kiosk.page.content.decode()
    kiosk.start(ADA).choose()
    run_outbox()
    page = kiosk.answer(postbox.code("ada@home.example")).page.content.decode()
    assert 'autocomplete="new-password"' not in page
    assert 'autocomplete="username"' not in page


def test_the_phone_is_told_whose_portal_and_nothing_of_anybody(kiosk, other, settings):
    kiosk.get("reset:start", directory="Other", username=ADA)
    page = leads_nowhere(kiosk.client.get("/reset/phone/"))
    assert f"{settings.PUBLIC_BASE_URL}/reset/?directory=Other" in words_of(page)
    assert ADA not in page.content.decode()
    picture = kiosk.client.get("/reset/phone/code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]


def test_the_directory_outlives_a_wipe(kiosk, ada, other):
    kiosk.get("reset:start", directory="Other")
    kiosk.start(ADA)
    assert kiosk.client.get(WIPE)["Location"] == "/reset/?kiosk=1&directory=Other"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_on_another_site_locks_nobody_in(ada, site):
    browser = enter(Client(), ada)
    browser.get("/reset/", {"kiosk": "1"}, headers={"Sec-Fetch-Site": site})
    assert browser.get("/account/").status_code == 200
    assert 'name="kiosk"' not in browser.get("/reset/").content.decode()


@pytest.mark.parametrize("from_where", [{}, {"Referer": "https://elsewhere.test/"}])
def test_where_a_browser_does_not_say_nobody_loses_anything_by_it(ada, from_where):
    """Older ones do not tell a link on another site from an address that was typed."""
    browser = enter(Client(), ada)
    browser.get("/reset/", {"kiosk": "1"}, headers=from_where)
    assert browser.get("/account/").status_code == 200
    fresh = Client()
    fresh.get("/reset/", {"kiosk": "1"}, headers=from_where)
    is_begun = 'name="kiosk"' in fresh.get("/reset/").content.decode()
    assert is_begun is not bool(from_where)


def test_who_is_signed_in_is_signed_out(ada):
    browser = enter(Client(), ada)
    browser.get("/reset/", {"kiosk": "1"}, headers={"Sec-Fetch-Site": "none"})
    assert browser.get("/account/")["Location"] == WIPE
    browser.get("/reset/", {"kiosk": "0"})
    assert browser.get("/account/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("wanted", ["", "0", "2", "yes", "\0", "1" * 9_000])
def test_nothing_else_begins_it(wanted):
    browser = Client()
    answer = browser.get("/reset/", {"kiosk": wanted, "lang": "en"}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1] == ("/reset/", 303)
    assert 'name="kiosk"' not in answer.content.decode()


def test_somebody_and_nobody_see_the_same(kiosk, ada):
    """I9"""
    pages = []
    for name in (ADA, "nobody@corp.example"):
        kiosk.client.get(WIPE)
        kiosk.get("reset:start", kiosk="1").start(name)
        pages.append(kiosk.step)
    assert pages == ["reset:method", "reset:method"]
