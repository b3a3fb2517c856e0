"""People who know their password change it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.people.models import User
from tests.browser import story
from tests.browser.story import arrives
from tests.cast import PASSWORD
from tests.journeys import NEW, can_sign_in
from tests.support import canary

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]


def change(page, current, new):
    story.fill(page, "Current password", current)
    story.save(page, new)


def test_a_password_is_changed(page, ada):
    page.goto("/")
    story.follow(page, "Change my password")
    story.sign_in(page, "ada", to=page.url)
    arrives(page, "Change your password", "change")
    change(page, PASSWORD, NEW)
    arrives(page, "Ada")
    story.is_told(page, "Your password has been changed")
    assert can_sign_in("ada@corp.example", NEW)


def test_a_wrong_current_password_changes_nothing(screen, ada):
    story.enter(screen, ada, "/change/")
    change(screen, "not the one", NEW)
    story.is_told(screen, "There is a problem")
    arrives(screen, "Change your password", "change-refused")
    assert can_sign_in("ada@corp.example", PASSWORD)


def test_a_weak_new_password_changes_nothing(screen, ada):
    story.enter(screen, ada, "/change/")
    change(screen, PASSWORD, "kettle")
    story.is_told(screen, "There is a problem")
    arrives(screen, "Change your password", "change-weak")
    assert can_sign_in("ada@corp.example", PASSWORD)
    story.press(screen, "Suggest one")
    suggestion = screen.locator("[data-suggestion]")
    expect(suggestion).to_have_text(re.compile(r"^[a-z]+(-[a-z]+){3,}$"))
    phrase = canary.watch(suggestion.inner_text())
    expect(screen.get_by_label("New password", exact=True)).to_have_value(phrase)
    change(screen, PASSWORD, phrase)
    arrives(screen, "Ada")
    assert can_sign_in("ada@corp.example", phrase)


def test_a_password_that_is_due_holds_up_the_sign_in(page, ada, corp):
    User.objects.in_directory(corp).filter(pk=ada.pk).update(must_change_password=True)
    story.sign_in(page, "ada", to="/account/")
    arrives(page, "Choose a new password to go on", "change-due")
    page.goto("/account/")
    arrives(page, "Choose a new password to go on")
    change(page, PASSWORD, NEW)
    arrives(page, "Ada")
    assert can_sign_in("ada@corp.example", NEW)


def test_signing_out_ends_it(screen, ada):
    story.sign_in(screen, "ada")
    arrives(screen, "What would you like to do?")
    story.press(screen, "Sign out")
    arrives(screen, "Password help", "signed-out")
    screen.goto("/account/")
    arrives(screen, "Sign in")


def test_a_wrong_password_says_what_to_do(screen, ada):
    story.sign_in(screen, "ada", "not the one")
    story.is_told(screen, "do not go together")
    arrives(screen, "Sign in", "sign-in-refused")
    story.follow(screen, "I forgot my password")
    arrives(screen, "Get back into your account")
