"""Writing to the helpdesk, with scripts and without."""

import pytest

from accounts.people.models import Role
from accounts.policy.models import Policy
from tests.browser import story
from tests.browser.story import arrives
from tests.cast import make_user

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def hugo(corp):
    return make_user("hugo", directory=corp, roles=(Role.HELPDESK,))


def test_who_cannot_get_on_writes_to_the_helpdesk(page, ada, postbox, run_outbox):
    story.begin(page, "ada")
    arrives(page, "How should we check that it is you?")
    story.follow(page, "None of these are mine, or I can’t reach any of them")
    arrives(page, "Other ways to get help", "reset-help")
    page.locator("main").get_by_role("link", name="Contact the helpdesk").click()
    arrives(page, "Contact the helpdesk", "reset-contact")
    story.press(page, "Send the message")
    story.is_told(page, "Choose what fits best")
    page.get_by_label("I have none of the ways that are offered any more").check()
    story.press(page, "Send the message")
    arrives(page, "Your message is on its way", "reset-contacted")
    run_outbox()
    assert postbox.to("hugo@mail.example")
    story.follow(page, "Go back to where I was")
    arrives(page, "How should we check that it is you?")


def test_the_front_door_leads_to_the_helpdesk(screen, ada, corp):
    Policy.objects.in_directory(corp).update(notify_users=False)
    screen.goto("/")
    screen.locator("main").get_by_role("link", name="Contact the helpdesk").click()
    arrives(screen, "Contact the helpdesk")
    story.fill(screen, "User ID", "ada@corp.example")
    screen.get_by_label("Something else").check()
    for _message in range(3):
        story.press(screen, "Send the message")
        arrives(screen, "Your message is on its way")
        screen.go_back()
        arrives(screen, "Contact the helpdesk")
    story.press(screen, "Send the message")
    arrives(screen, "No more messages for now", "reset-contact-paused")
