"""From a forgotten password to a new one, as seen on the screen."""

import pytest
from playwright.sync_api import expect

from tests.apps import code_now
from tests.browser import story
from tests.browser.story import APP, MAIL, arrives
from tests.cast import PASSWORD
from tests.journeys import NEW, can_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]


def test_a_forgotten_password_is_reset_with_one_check(page, ada, postbox):
    page.goto("/")
    arrives(page, "Password help", "portal")
    story.follow(page, "I forgot my password")
    arrives(page, "Get back into your account", "reset-start")
    story.fill(page, "User ID", "ada@corp.example")
    story.press(page, "Continue")
    arrives(page, "How should we check that it is you?", "reset-method")
    story.choose(page, MAIL)
    arrives(page, "Enter the code", "reset-code")
    story.enter_code(page, story.mailed(postbox, "ada@home.example"))
    arrives(page, "Choose a new password", "reset-password")
    story.save(page)
    arrives(page, "Your password has been reset", "reset-done")
    story.follow(page, "Sign in")
    arrives(page, "Sign in", "sign-in")
    story.sign_in(page, "ada", NEW)
    arrives(page, "What would you like to do?")
    assert not can_sign_in("ada@corp.example", PASSWORD)


def test_a_forgotten_password_is_reset_with_two_checks(page, ben, two_checks, postbox):
    story.begin(page, "ben")
    arrives(page, "How should we check that it is you?")
    expect(page.get_by_text("Second check")).to_have_count(0)
    story.prove_by_mail(page, postbox, "ben")
    arrives(page, "How should we check that it is you?", "reset-method-second")
    story.is_told(page, "Second check")
    expect(page.get_by_label(MAIL)).to_have_count(0)
    story.choose(page, APP)
    arrives(page, "Enter the code from your app", "reset-code-app")
    story.enter_code(page, code_now())
    arrives(page, "Choose a new password")
    story.save(page)
    arrives(page, "Your password has been reset")
    assert can_sign_in("ben@corp.example", NEW)


def test_nobody_is_led_along_like_somebody(screen, ada, postbox):
    story.begin(screen, "nobody-of-that-name")
    arrives(screen, "How should we check that it is you?")
    screen.get_by_role("radio").first.check()
    story.press(screen, "Continue")
    arrives(screen, "Enter the code")
    story.enter_code(screen, "123456")
    story.is_told(screen, "You have 4 more tries")


def test_everything_can_be_done_with_the_keyboard(screen, ada, postbox):
    screen.goto("/reset/")
    type_into(screen, "User ID", "ada@corp.example")
    arrives(screen, "How should we check that it is you?")
    walk_to(screen, "Email my alternate email", "Space")
    screen.keyboard.press("Enter")
    arrives(screen, "Enter the code")
    type_into(screen, "Code", story.mailed(postbox, "ada@home.example"))
    arrives(screen, "Choose a new password")
    type_into(screen, "New password", NEW)
    arrives(screen, "Your password has been reset")
    assert can_sign_in("ada@corp.example", NEW)


def test_the_first_stop_of_the_keyboard_leads_past_the_masthead(screen):
    screen.goto("/reset/")
    walk_to(screen, "Skip to main content", "Enter")
    expect(screen.locator("#main")).to_be_focused()
    screen.keyboard.press("Tab")
    assert focused(screen).startswith("User ID")


def type_into(page, label, text):
    """Walk to a field, type, and send the form."""
    walk_to(page, label)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def walk_to(page, label, key=""):
    """Press Tab until the focus is there; wherever it is on the way, it can be seen."""
    for _stop in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(SHOWS_FOCUS), focused(page)
        if focused(page).startswith(label):
            return page.keyboard.press(key) if key else None
    raise AssertionError(f"The keyboard does not reach {label}")


def focused(page):
    return page.evaluate(
        "((one) => (one.labels?.[0] ?? one).textContent.trim())(document.activeElement)"
    )


SHOWS_FOCUS = """
((one) => [one, one.closest("label")].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}))(document.activeElement)
"""
