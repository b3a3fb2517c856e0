"""What can go wrong on the way to a new password, and how people get on from there."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.policy.models import Policy
from accounts.signin import lockout
from accounts.signin.models import Lockout
from reset.models import Attempt
from tests.browser import story
from tests.browser.story import arrives
from tests.cast import PASSWORD
from tests.journeys import NEW, can_sign_in
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]

TOO_SHORT = "kettle"


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def is_at(page, address):
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_a_beginning_needs_a_user_id_and_a_choice_of_checks(page, ada):
    page.goto("/reset/")
    story.press(page, "Continue")
    story.is_told(page, "Enter your user ID")
    arrives(page, "Get back into your account", "reset-start-empty")
    story.fill(page, "User ID", "ada@corp.example")
    story.press(page, "Continue")
    arrives(page, "How should we check that it is you?")
    story.press(page, "Continue")
    story.is_told(page, "Choose one of these, or say that none is yours")
    arrives(page, "How should we check that it is you?", "reset-method-none")


def test_a_wrong_code_can_be_put_right(asked, postbox):
    """An empty answer is no try; one that is sent again by reloading the page is another."""
    story.press(asked, "Continue")
    story.is_told(asked, "Enter the code")
    arrives(asked, "Enter the code")
    code = story.mailed(postbox, "ada@home.example")
    story.enter_code(asked, wrong(code))
    story.is_told(asked, "You have 4 more tries")
    arrives(asked, "Enter the code", "reset-code-wrong")
    asked.reload()
    story.is_told(asked, "You have 3 more tries")
    story.enter_code(asked, code)
    arrives(asked, "Choose a new password")


def test_help_and_another_check_can_be_had_instead(asked):
    story.follow(asked, "Nothing arrived, or none of these are mine")
    arrives(asked, "Other ways to get help", "reset-help")
    story.follow(asked, "Go back to where I was")
    arrives(asked, "Enter the code")
    story.press(asked, "Check in another way")
    arrives(asked, "How should we check that it is you?")
    expect(asked.get_by_role("radio", checked=True)).to_have_count(0)


def test_too_many_wrong_codes_pause_the_check(asked, postbox):
    code = story.mailed(postbox, "ada@home.example")
    for told in ("4 more tries", "3 more tries", "2 more tries", "1 more try", "used up"):
        story.enter_code(asked, wrong(code))
        story.is_told(asked, told)
    story.enter_code(asked, code)
    expect(asked.locator("h1")).to_contain_text("Paused until")
    look(asked, "reset-paused")
    story.is_told(asked, "No password has changed")


def test_a_weak_password_is_refused_and_says_why(proved):
    story.save(proved, TOO_SHORT)
    story.is_told(proved, "There is a problem")
    arrives(proved, "Choose a new password", "reset-password-refused")
    expect(proved.get_by_label("New password", exact=True)).to_have_value("")
    story.save(proved)
    arrives(proved, "Your password has been reset")


def test_going_back_after_the_end_leads_to_the_end(proved):
    story.save(proved)
    arrives(proved, "Your password has been reset")
    proved.go_back()
    is_at(proved, "/reset/done/")
    proved.reload()
    arrives(proved, "Your password has been reset")
    assert can_sign_in("ada@corp.example", NEW)


def test_stopping_leaves_the_old_password(proved):
    story.press(proved, "Stop here. My old password stays as it is")
    arrives(proved, "Password help")
    proved.goto("/reset/password/")
    arrives(proved, "This is over. You can start again")
    assert can_sign_in("ada@corp.example", PASSWORD)


def test_an_attempt_that_took_too_long_is_over(proved, corp):
    past = timezone.now() - timedelta(seconds=1)
    Attempt.objects.in_directory(corp).update(expires_at=past)
    story.save(proved)
    arrives(proved, "This is over. You can start again", "reset-closed")
    assert can_sign_in("ada@corp.example", PASSWORD)


def test_a_second_tab_for_somebody_else_ends_the_first(proved, ben):
    tab = proved.context.new_page()
    story.begin(tab, "ben")
    arrives(tab, "How should we check that it is you?")
    story.save(proved)
    arrives(proved, "How should we check that it is you?")
    assert can_sign_in("ada@corp.example", PASSWORD)
    assert can_sign_in("ben@corp.example", PASSWORD)


def test_an_account_can_be_unlocked_with_the_old_password(page, ada, corp, postbox):
    Policy.objects.in_directory(corp).update(unlock_without_reset=True)
    until = timezone.now() + timedelta(hours=1)
    Lockout.objects.create(key=lockout.key_of(ada), known_browser=False, locked_until=until)
    page.goto("/reset/?goal=unlock")
    story.fill(page, "User ID", "ada@corp.example")
    story.press(page, "Continue")
    story.prove_by_mail(page, postbox, "ada")
    arrives(page, "Unlock your account", "reset-unlock")
    story.press(page, "Unlock my account")
    arrives(page, "Your account is unlocked", "reset-unlocked")
    assert can_sign_in("ada@corp.example", PASSWORD)
