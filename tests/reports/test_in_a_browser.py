"""The report as it is seen."""

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from reset.events import GateFailed, GatePassed, GateStarted
from tests.reports.visits import URL, Rang, Slammed, enter, happen
from tests.support.browser import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def screen(screen: Page, live_server: Any, client: Client, reader: Any) -> Page:
    """The screen of somebody who reads the reports."""
    enter(client, reader)
    name = settings.SESSION_COOKIE_NAME
    screen.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return screen


@pytest.fixture
def a_day(corp, ada, ben, helpdesk):
    """A few things that happened; returns an attempt."""
    attempt = uuid.UUID("7f3b0c1d-0000-4000-8000-000000000001")
    about = {"subject": ada, "attempt": attempt}
    happen(corp, GateStarted(method="alternate_email"), **about)
    happen(corp, GateFailed(method="alternate_email", why="wrong"), **about)
    happen(corp, GatePassed(method="alternate_email"), **about)
    happen(corp, Slammed(doors=2), subject=ben, actor=helpdesk)
    happen(corp, Rang(), name_key=b"nobody")
    return attempt


def test_the_list_can_be_read_filtered_and_followed(screen, a_day):
    screen.goto(URL)
    look(screen, "reports-activity")
    screen.get_by_label("Person or reference").fill("ada")
    screen.get_by_role("button", name="Filter").click()
    expect(screen.locator("tbody tr")).to_have_count(3)
    look(screen, "reports-activity-filtered")
    screen.locator("tbody tr samp").first.click()
    expect(screen.locator(".timeline li")).to_have_count(3)
    look(screen, "reports-attempt")


def test_a_refused_filter_is_explained(screen, a_day):
    screen.goto(f"{URL}?kind=none&since=x")
    look(screen, "reports-activity-refused")
    expect(screen.get_by_role("alert")).to_be_visible()


def test_an_empty_list_says_what_will_be_there(screen):
    screen.goto(URL)
    look(screen, "reports-activity-empty")
    expect(screen.get_by_text("Nothing has happened yet")).to_be_visible()
