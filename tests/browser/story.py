"""What people do with pages, told in the words that stand on them."""

from django.test import Client
from playwright.sync_api import Page, expect

from accounts.outbox import services as outbox
from accounts.people.models import User, roles_of
from tests.cast import PASSWORD
from tests.journeys import NEW
from tests.reports import visits
from tests.support import canary, tenancy
from tests.support.browser import look
from tests.support.postbox import Postbox

MAIL = "Email my alternate email"
APP = "Enter a code from my authenticator app"


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


def follow(page: Page, label: str) -> None:
    page.get_by_role("link", name=label).click()


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def arrives(page: Page, heading: str, name: str = "") -> None:
    """The page with this heading is there; it is looked at under a name."""
    expect(page.locator("h1")).to_have_text(heading)
    if name:
        look(page, name)


def is_told(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def mailed(postbox: Postbox, address: str) -> str:
    """The code a person finds in this mailbox once the post has come."""
    with tenancy.guarded():
        outbox.work()
    return postbox.code(address)


def sign_in(page: Page, name: str, password: str = PASSWORD, *, to: str = "/sign-in/") -> None:
    page.goto(to)
    fill(page, "User ID", f"{name}@corp.example")
    fill(page, "Password", canary.watch(password))
    page.get_by_role("button", name="Sign in", exact=True).click()


def enter(page: Page, person: User, to: str) -> None:
    """Open a page as somebody who is signed in; others show how people sign in."""
    staff = bool(roles_of(person.directory_id, person.pk))
    go_on(page, visits.enter(Client(), person, second_factor=staff), to)


def go_on(page: Page, client: Client, to: str) -> None:
    """The browser goes on where one without a screen has come to: it takes over its cookies."""
    page.context.add_cookies(
        [
            {"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}
            for cookie in client.cookies.values()
        ]
    )
    page.goto(to)


def begin(page: Page, name: str) -> None:
    """From the first page of the reset portal to the choice of checks."""
    page.goto("/reset/")
    fill(page, "User ID", f"{name}@corp.example")
    press(page, "Continue")


def choose(page: Page, method: str) -> None:
    page.get_by_label(method).check()
    press(page, "Continue")


def enter_code(page: Page, code: str, label: str = "Code") -> None:
    page.get_by_label(label).first.fill(canary.watch(code))
    press(page, "Continue")


def prove_by_mail(page: Page, postbox: Postbox, name: str) -> None:
    """From the choice of checks past the one by mail."""
    choose(page, MAIL)
    arrives(page, "Enter the code")
    enter_code(page, mailed(postbox, f"{name}@home.example"))


def save(page: Page, password: str = NEW) -> None:
    fill(page, "New password", canary.watch(password))
    press(page, "Save new password")
