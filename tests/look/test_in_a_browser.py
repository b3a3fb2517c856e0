"""The pages for strangers, seen in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("corp")]

PAGES = ["/", "/sign-in/", "/reset/", "/help/accessibility/", "/help/privacy/", "/nowhere/"]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_page_can_be_used_by_everybody(new_page):
    """On the narrowest window, too: WCAG 2.2, 1.4.10."""
    page = new_page(viewport={"width": 320, "height": 640})
    for address in PAGES:
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate(TOO_WIDE) is False, address


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


def test_a_refused_form_takes_the_reader_to_what_is_wrong(new_page):
    page = new_page()
    page.goto("/sign-in/")
    page.click("main form .is-primary")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".error-summary")).to_be_focused()
    page.click(".error-summary a >> nth=0")
    expect(page.locator("#id_username")).to_be_focused()


def test_a_password_can_be_shown_and_is_hidden_before_it_is_sent(new_page):
    page = new_page()
    page.goto("/sign-in/")
    page.fill("#id_password", "kettle orbit")
    page.click("[data-reveal]")
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.evaluate(
        "document.querySelector('main form').addEventListener('submit', (event) => {"
        " event.preventDefault(); })"
    )
    page.click("main form .is-primary")
    expect(page.locator("#id_password")).to_have_attribute("type", "password")


def test_without_javascript_there_is_no_button_that_does_nothing(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/sign-in/")
    expect(page.locator("[data-reveal]")).to_be_hidden()


def test_a_brand_colour_fills_the_button(new_page, corp):
    corp.primary_color = "#ffcc00"
    corp.save()
    page = new_page(color_scheme="light")
    page.goto("/sign-in/")
    button = page.locator("main form .is-primary")
    painted = button.evaluate("one => getComputedStyle(one).backgroundColor")
    assert painted == "rgb(255, 204, 0)"
