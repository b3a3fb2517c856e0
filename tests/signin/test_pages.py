"""The sign-in pages in a real browser: nothing axe finds, complete without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page: Page, ada: Any) -> Callable[[str, str], None]:
    """Fills the sign-in page in and sends it."""

    def send(name: str, password: str) -> None:
        page.goto("/sign-in/")
        page.get_by_label("User ID").fill(name)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()

    return send


def test_the_form_can_be_read_by_everybody(screen: Page, ada: Any):
    screen.goto("/sign-in/")
    look(screen, "sign-in")


def test_a_refusal_can_be_read_by_everybody(screen: Page, ada: Any):
    screen.goto("/sign-in/")
    screen.get_by_label("User ID").fill("ada@corp.example")
    screen.get_by_label("Password", exact=True).fill("wrong")
    screen.get_by_role("button", name="Sign in", exact=True).click()
    expect(screen).to_have_title(re.compile("^Error:"))
    look(screen, "sign-in-refused")


def test_somebody_signs_in_and_out(page: Page, form: Callable[[str, str], None]):
    form("ada@corp.example", PASSWORD)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_wrong_password_says_what_to_do(page: Page, form: Callable[[str, str], None]):
    form("ada@corp.example", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    expect(page.get_by_label("User ID")).to_have_value("ada@corp.example")
