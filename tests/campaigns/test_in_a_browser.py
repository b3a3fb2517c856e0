"""A campaign is counted, started and held in a real browser."""

import pytest

from accounts.tenancy import across_directories
from registration.campaigns import waves
from registration.campaigns.models import Campaign
from tests import cast
from tests.browser.story import arrives, enter, fill, is_told, press
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


def test_an_administrator_counts_starts_and_holds_one(screen, administrator, corp, ada):
    for number in range(12):
        cast.make_user(f"p{number}", directory=corp, password="unused", enabled=number % 4 > 0)
    enter(screen, administrator, "/admin/registration/campaign/add/")
    arrives(screen, "Start a campaign", "admin-campaign-start")
    screen.get_by_label("Remind: those who have not registered").check()
    fill(screen, "Letters in a wave:", "4")
    press(screen, "Count")
    is_told(screen, "9 people would get a letter.")
    look(screen, "admin-campaign-count")
    screen.get_by_role("button", name="Start", exact=True).click()
    is_told(screen, "Started.")
    with across_directories("as the job's caller does"):
        waves.run()
    screen.goto("/admin/registration/campaign/")
    is_told(screen, "4 in the outbox")
    screen.locator("input[name=_selected_action]").check()
    screen.get_by_label("Action:").select_option("pause")
    press(screen, "Go")
    is_told(screen, "1 campaign changed.")
    look(screen, "admin-campaigns")
    assert Campaign.objects.in_directory(corp).get().state == "paused"
