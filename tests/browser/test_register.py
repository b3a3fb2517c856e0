"""People set up how they can get back in, before they need it."""

import base64
import re

import pytest
from playwright.sync_api import expect

from accounts.policy.models import Policy
from registration.models import Factor
from tests.apps import code_now
from tests.browser import story
from tests.browser.story import arrives
from tests.support import canary

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]

NEW_ADDRESS = "cleo@garden.example"
KEY = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")


def add(page, method):
    page.locator("li", has_text=method).get_by_role("link", name="Add").click()


def add_mailbox(page, postbox):
    """From the overview, through a mailed code, to the overview."""
    add(page, "Alternate email")
    arrives(page, "Add: Alternate email", "register-mail")
    page.get_by_role("textbox").first.fill(NEW_ADDRESS)
    story.press(page, "Send me a code")
    arrives(page, "Enter the code", "register-mail-code")
    page.get_by_label("Code").first.fill(story.mailed(postbox, NEW_ADDRESS))
    story.press(page, "Add this address")


def add_app(page):
    """From the overview, with the key on the page, to the overview."""
    add(page, "Authenticator app")
    story.press(page, "Continue")
    arrives(page, "Add: Authenticator app", "register-app")
    page.get_by_text("I can’t scan it").click()
    page.get_by_label("Code from the app").fill(code_now(key_on(page)))
    page.get_by_label("Give it a name").fill("My blue phone")
    story.press(page, "Add this app")


def key_on(page):
    """The secret that stands on the page for those who cannot scan it."""
    written = page.locator("#secret").inner_text()
    assert KEY.fullmatch(written)
    return base64.b32decode(canary.watch(written.replace(" ", "")))


def test_a_mailbox_and_an_app_are_set_up(page, cleo, corp, two_checks, postbox):
    story.sign_in(page, "cleo", to="/register/")
    arrives(page, "Ways to get back in", "register-empty")
    story.is_told(page, "Not covered yet")
    add_mailbox(page, postbox)
    arrives(page, "Ways to get back in")
    story.is_told(page, "1 of 2 needed")
    add_app(page)
    arrives(page, "Ways to get back in", "register-covered")
    story.is_told(page, "You are covered")
    story.is_told(page, "My blue phone")
    confirmed = Factor.objects.in_directory(corp).exclude(confirmed_at=None)
    assert {factor.method for factor in confirmed} == {"alternate_email", "authenticator_app"}


def test_a_wrong_first_code_adds_nothing(screen, cleo, corp, postbox):
    story.enter(screen, cleo, "/register/")
    add(screen, "Authenticator app")
    story.press(screen, "Continue")
    screen.get_by_label("Code from the app").fill("000000")
    story.press(screen, "Add this app")
    story.is_told(screen, "There is a problem")
    arrives(screen, "Add: Authenticator app", "register-app-wrong")
    assert not Factor.objects.in_directory(corp).exclude(confirmed_at=None).exists()


def test_an_address_that_is_none_is_refused(screen, cleo):
    story.enter(screen, cleo, "/register/add/alternate_email/")
    screen.get_by_role("textbox").first.fill("garden")
    story.press(screen, "Send me a code")
    story.is_told(screen, "There is a problem")
    arrives(screen, "Add: Alternate email", "register-mail-refused")


def test_registration_holds_up_a_sign_in_until_it_is_done(page, cleo, corp, postbox):
    Policy.objects.in_directory(corp).update(registration_required=True)
    story.sign_in(page, "cleo", to="/account/")
    arrives(page, "Ways to get back in", "register-at-sign-in")
    page.goto("/account/")
    expect(page.locator("h1")).not_to_have_text("Cleo")
    page.goto("/register/")
    add_mailbox(page, postbox)
    arrives(page, "Is this right?", "register-check-at-sign-in")
    story.press(page, "Everything looks good")
    arrives(page, "Cleo", "account")


def test_what_is_registered_can_be_renamed_and_removed(screen, ben):
    story.enter(screen, ben, "/register/")
    screen.get_by_role("link", name="Rename").click()
    arrives(screen, "Give it a name", "register-rename")
    story.fill(screen, "Name", "My old phone")
    story.press(screen, "Save name")
    screen.locator("li", has_text="My old phone").get_by_role("link", name="Remove").click()
    arrives(screen, "Remove: Authenticator app", "register-remove")
    expect(screen.get_by_text("this one included")).to_have_count(0)
    story.press(screen, "Remove it")
    arrives(screen, "Ways to get back in")
    expect(screen.get_by_text("My old phone")).to_have_count(0)


def test_what_is_registered_can_be_called_right(screen, ben):
    story.enter(screen, ben, "/register/")
    story.follow(screen, "Confirm all of it")
    arrives(screen, "Is this right?", "register-check")
    story.is_told(screen, "b••••••@home.example")
    story.press(screen, "Everything looks good")
    story.is_told(screen, "Thank you")
    arrives(screen, "Ways to get back in", "register-confirmed")
