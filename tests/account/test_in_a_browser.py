"""The front door, the start page and one's own page, looked at in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.people.models import Application
from sspr.account_facts import LATELY
from tests.browser import story
from tests.browser.conftest import _set_up
from tests.browser.story import arrives
from tests.journeys import can_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

__all__ = ["_set_up"]


def test_the_front_door_leads_five_ways(screen, corp):
    screen.goto("/?directory=corp.example")
    arrives(screen, "Password help", "front-door")
    expect(screen.locator(".way")).to_have_count(5)
    for name, heading in [
        ("I forgot my password", "Get back into your account"),
        ("Unlock my account", "Get back into your account"),
        ("Change my password", "Sign in"),
        ("Set up ways to get back in", "Sign in"),
    ]:
        screen.goto("/")
        story.follow(screen, name)
        arrives(screen, heading)


def test_a_start_page_opens_applications_and_the_account(page, ada, corp):
    Application.objects.create(
        directory=corp,
        name="Timesheets",
        url="https://timesheets.corp.example/",
        description="Hours, holidays and sick days",
    )
    story.sign_in(page, "ada")
    arrives(page, "What would you like to do?", "start-page")
    tile = page.get_by_role("link", name="Timesheets")
    expect(tile).to_have_attribute("href", "https://timesheets.corp.example/")
    page.locator("main").get_by_role("link", name="My account").click()
    arrives(page, "Ada", "account-overview")


def test_a_session_is_ended_from_another_browser(page, new_page, ben):
    there = new_page()
    story.enter(there, ben, "/account/")
    story.enter(page, ben, "/account/")
    arrives(page, "Ben", "account-sessions")
    page.locator("li", has_text="last used").get_by_role("button").click()
    story.is_told(page, "Signed out there")
    there.goto(reverse("account"))
    arrives(there, "Sign in")
    page.goto(reverse("account_end_others"))
    arrives(page, "Sign out everywhere else?", "account-end-others")
    story.press(page, "Sign out everywhere else")
    story.is_told(page, "You were not signed in anywhere else")


def test_everything_that_happened_can_be_read(screen, ben):
    for _time in range(LATELY + 1):
        assert can_sign_in("ben@corp.example")
    story.enter(screen, ben, "/account/")
    story.follow(screen, "Show everything")
    arrives(screen, "What happened", "account-activity")


def test_recovery_is_tried_before_it_is_needed(page, ben, postbox):
    story.enter(page, ben, "/account/")
    story.follow(page, "Try my recovery now")
    arrives(page, "Try my recovery", "rehearsal")
    page.get_by_label("Email my alternate email").check()
    story.press(page, "Try it")
    arrives(page, "Enter the code", "rehearsal-code")
    page.get_by_label("Code").first.fill("000000")
    story.press(page, "See whether it works")
    arrives(page, "Enter the code", "rehearsal-wrong")
    page.get_by_label("Code").first.fill(story.mailed(postbox, "ben@home.example"))
    story.press(page, "See whether it works")
    arrives(page, "Try my recovery")
    story.is_told(page, "You can get back in")
    page.get_by_label("Enter a code from my authenticator app").check()
    story.press(page, "Try it")
    story.press(page, "I no longer have it")
    arrives(page, "Try my recovery", "rehearsal-result")
    story.is_told(page, "Remove what you no longer have")
