"""A campaign is counted, started and held in a real browser."""

import pytest

from accounts.tenancy import across_directories
from registration.campaigns import waves
from registration.campaigns.models import Campaign
from tests import cast
from tests.browser.story import arrives, fill, is_told, press
from tests.browser.test_staff import sign_in
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


def test_an_administrator_counts_starts_and_holds_one(new_page, administrator, corp, ada):
    for number in range(12):
        cast.make_user(f"p{number}", directory=corp, password="unused", enabled=number % 4 > 0)
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/registration/campaign/add/")
    arrives(page, "Start a campaign", "admin-campaign-start")
    page.get_by_label("Remind: those who have not registered").check()
    fill(page, "Letters in a wave:", "4")
    press(page, "Count")
    is_told(page, "9 people would get a letter.")
    look(page, "admin-campaign-count")
    page.get_by_role("button", name="Start", exact=True).click()
    is_told(page, "Started.")
    with across_directories("as the job's caller does"):
        waves.run()
    page.goto("/admin/registration/campaign/")
    is_told(page, "4 in the outbox")
    page.locator("input[name=_selected_action]").check()
    page.get_by_label("Action:").select_option("pause")
    press(page, "Go")
    is_told(page, "1 campaign changed.")
    look(page, "admin-campaigns")
    assert Campaign.objects.in_directory(corp).get().state == "paused"
