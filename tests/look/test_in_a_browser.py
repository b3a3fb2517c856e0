"""The pages for strangers, seen in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("corp")]

PAGES = ["/", "/sign-in/", "/reset/", "/help/accessibility/", "/help/privacy/", "/nowhere/"]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_page_can_be_used_by_everybody(screen):
    """On the narrowest window, too: WCAG 2.2, 1.4.10."""
    screen.set_viewport_size({"width": 320, "height": 640})
    for address in PAGES:
        screen.goto(address)
        assert violations(screen) == [], address
        assert screen.evaluate(TOO_WIDE) is False, address


def test_a_first_page_weighs_less_than_100_kilobytes(new_page):
    page, weights = new_page(), []
    page.on("response", lambda response: weights.append(len(response.body())))
    page.goto("/sign-in/", wait_until="networkidle")
    assert len(weights) >= 3
    assert sum(weights) < 100_000


def test_nothing_on_a_page_breaks_its_security_policy(new_page):
    page, complaints = new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    for address in ("/", "/sign-in/", "/reset/"):
        page.goto(address)
    assert complaints == []


def test_a_refused_form_takes_the_reader_to_what_is_wrong(screen):
    screen.goto("/sign-in/")
    screen.click("main form .is-primary")
    expect(screen).to_have_title(re.compile("^Error: "))
    expect(screen.locator(".error-summary")).to_be_focused()
    screen.click(".error-summary a >> nth=0")
    expect(screen.locator("#id_username")).to_be_focused()


def test_a_password_can_be_shown_and_is_hidden_before_it_is_sent(screen):
    screen.goto("/sign-in/")
    screen.fill("#id_password", "kettle orbit")
    screen.click("[data-reveal]")
    expect(screen.locator("#id_password")).to_have_attribute("type", "text")
    screen.evaluate(
        "document.querySelector('main form').addEventListener('submit', (event) => {"
        " event.preventDefault(); })"
    )
    screen.click("main form .is-primary")
    expect(screen.locator("#id_password")).to_have_attribute("type", "password")


def test_without_javascript_there_is_no_button_that_does_nothing(plain_screen):
    plain_screen.goto("/sign-in/")
    expect(plain_screen.locator("[data-reveal]")).to_be_hidden()


def test_a_brand_colour_fills_the_button(screen, corp):
    corp.primary_color = "#ffcc00"
    corp.save()
    screen.goto("/sign-in/")
    button = screen.locator("main form .is-primary")
    painted = button.evaluate("one => getComputedStyle(one).backgroundColor")
    assert painted == "rgb(255, 204, 0)"
