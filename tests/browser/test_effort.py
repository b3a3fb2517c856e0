"""A stranger's browser works before an attempt, or its owner waits."""

import pytest
from playwright.sync_api import expect

from accounts.people.models import Directory
from tests.browser import story
from tests.browser.story import arrives
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

CHOICE = "How should we check that it is you?"


@pytest.fixture(autouse=True)
def always(corp, settings):
    settings.BOT_CHALLENGE_NUMBERS = 3000
    settings.BOT_CHALLENGE_WAIT_SECONDS = 2
    Directory.objects.update(bot_challenge="always")


def test_the_browser_works_by_itself(screen, ada):
    screen.goto("/reset/")
    expect(screen.get_by_role("status")).to_have_text("Your browser is done with it.")
    look(screen, "reset-start-work")
    story.fill(screen, "User ID", "ada@corp.example")
    story.press(screen, "Continue")
    arrives(screen, CHOICE)


def test_a_form_sent_too_early_waits_for_the_work(screen, ada, settings):
    settings.BOT_CHALLENGE_NUMBERS = 400_000
    story.begin(screen, "ada")
    arrives(screen, CHOICE)


def test_work_that_was_not_asked_for_before_is_done_on_the_way(screen, ada):
    Directory.objects.update(bot_challenge="off")
    screen.goto("/reset/")
    Directory.objects.update(bot_challenge="always")
    story.fill(screen, "User ID", "ada@corp.example")
    story.press(screen, "Continue")
    arrives(screen, CHOICE)


def test_where_the_work_fails_one_waits(new_page, ada):
    page = new_page()
    page.add_init_script("delete window.Worker")
    story.begin(page, "ada")
    arrives(page, "One moment", "reset-work")
    story.is_told(page, "You can wait instead.")
    story.press(page, "Wait 2 seconds instead")
    arrives(page, "Thank you for waiting")
    story.press(page, "Continue")
    arrives(page, CHOICE)


def test_without_scripts_one_waits(plain_screen, ada):
    story.begin(plain_screen, "ada")
    arrives(plain_screen, "One moment", "reset-work-no-script")
    story.is_told(plain_screen, "Does nothing happen? A browser that runs no scripts can’t do that")
    story.press(plain_screen, "Wait 2 seconds instead")
    arrives(plain_screen, "Thank you for waiting", "reset-moment")
    story.press(plain_screen, "Continue")
    arrives(plain_screen, CHOICE)
