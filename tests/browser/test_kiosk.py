"""A shared computer, with and without JavaScript."""

import pytest

from tests.browser import story
from tests.browser.story import arrives
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


def test_a_kiosk_asks_wipes_and_starts_over(page, ada, settings):
    page.goto("/reset/?kiosk=1")
    arrives(page, "Get back into your account", "kiosk-start")
    story.follow(page, "Go on with my phone")
    arrives(page, "Go on with your phone", "kiosk-phone")
    story.follow(page, "Back")
    story.fill(page, "User ID", "ada@corp.example")
    story.press(page, "Continue")
    arrives(page, "How should we check that it is you?")
    settings.KIOSK_IDLE_SECONDS = 1
    page.goto("/reset/method/")
    arrives(page, "Are you still there?")
    settings.KIOSK_IDLE_SECONDS = 180
    look(page, "kiosk-idle")
    story.follow(page, "I am still here")
    arrives(page, "How should we check that it is you?")
    page.goto("/sign-in/")
    arrives(page, "Get back into your account")
    page.goto("/reset/method/")
    arrives(page, "This is over. You can start again")
    look(page, "kiosk-closed")
