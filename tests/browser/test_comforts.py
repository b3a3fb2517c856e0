"""Small things that make a page pleasant, and what a page must not let out."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.policy.models import Policy
from registration.models import Challenge
from tests.browser import story
from tests.browser.story import MAIL, arrives
from tests.journeys import NEW
from tests.support import canary

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

OPEN_PAGES = ["/", "/reset/", "/sign-in/"]
WEIGHT = 100_000  # bytes of a first page, all it is made of


@pytest.fixture
def page(screen):
    return screen


def paste(page, label, text):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("ControlOrMeta+V")


def test_a_rule_is_ticked_off_as_it_is_met(proved):
    length = proved.locator("#rules [data-rule=length]")
    expect(length).not_to_have_class(re.compile("is-met"))
    proved.get_by_label("New password", exact=True).press_sequentially(canary.watch(NEW))
    expect(length).to_have_class(re.compile("is-met"))
    expect(length.locator("[data-state]")).to_have_text("done")
    proved.get_by_label("New password", exact=True).fill("kettle")
    expect(length).not_to_have_class(re.compile("is-met"))


def test_without_javascript_the_rules_are_read_just_the_same(plain_screen, ada, postbox):
    story.begin(plain_screen, "ada")
    story.prove_by_mail(plain_screen, postbox, "ada")
    expect(plain_screen.locator("#rules li").first).to_contain_text("characters")


def test_a_password_is_shown_and_is_sent_hidden(proved):
    field = proved.locator("#id_new_password")
    story.fill(proved, "New password", canary.watch(NEW))
    story.press(proved, "Show")
    expect(field).to_have_attribute("type", "text")
    proved.evaluate("document.forms[0].addEventListener('submit', (one) => one.preventDefault())")
    field.press("Enter")
    expect(field).to_have_attribute("type", "password")


def test_a_password_can_be_pasted(proved):
    paste(proved, "New password", canary.watch(NEW))
    expect(proved.locator("#id_new_password")).to_have_value(NEW)


def test_a_code_can_be_pasted_as_it_is_written_in_the_mail(asked, postbox):
    code = story.mailed(postbox, "ada@home.example")
    paste(asked, "Code from the email", f" {code[:3]} {code[3:]} ")
    story.press(asked, "Continue")
    arrives(asked, "Choose a new password")


def test_a_new_code_can_be_had_once_the_wait_is_over(new_page, ada, corp, postbox):
    page = new_page()
    page.clock.install()
    story.begin(page, "ada")
    story.choose(page, MAIL)
    again = page.get_by_role("button", name="Send a new code")
    expect(again).to_have_attribute("aria-disabled", "true")
    first = story.mailed(postbox, "ada@home.example")
    again.click(force=True)
    page.clock.run_for(31_000)
    expect(page.get_by_role("status")).to_have_text("You can ask for a new code now")
    Challenge.objects.in_directory(corp).update(next_send_at=timezone.now() - timedelta(seconds=1))
    again.click()
    page.wait_for_load_state()
    assert story.mailed(postbox, "ada@home.example") != first
    assert len(postbox.to("ada@home.example")) == 2


def test_a_mistake_takes_the_focus_and_leads_to_its_field(asked):
    story.press(asked, "Continue")
    expect(asked.locator(".error-summary")).to_be_focused()
    expect(asked).to_have_title(re.compile("^Error: "))
    asked.locator(".error-summary a").click()
    expect(asked.get_by_label("Code from the email", exact=True)).to_be_focused()


def test_no_address_of_ours_is_told_to_others(page, corp, ada, live_server):
    """A link to the helpdesk's own site, from the middle of an attempt."""
    elsewhere = live_server.url.replace("localhost", "127.0.0.1") + "/livez"
    Policy.objects.in_directory(corp).update(helpdesk_kind="link", helpdesk_link=elsewhere)
    story.begin(page, "ada")
    with page.expect_request(elsewhere) as left:
        page.locator(f"a[href='{elsewhere}']").first.click()
    assert "referer" not in left.value.all_headers()


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_a_first_page_is_light_and_all_ours(new_page, live_server, address):
    page = new_page()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    assert sum(len(answer.body()) for answer in answers) < WEIGHT
    assert all(answer.url.startswith(live_server.url) for answer in answers)
