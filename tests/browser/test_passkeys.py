"""Passkeys in a real browser, with a device that Chromium makes believe."""

import pytest
from playwright.sync_api import expect

from accounts.policy.models import Policy
from registration.models import Factor
from tests.browser import story
from tests.browser.story import arrives
from tests.journeys import NEW
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PASSKEY = "Use my passkey"


@pytest.fixture(autouse=True)
def _here(corp, live_server, settings):
    """Passkeys belong to the address in the browser's bar; the policy has them."""
    settings.PUBLIC_BASE_URL = live_server.url
    Policy.objects.in_directory(corp).update(methods=["alternate_email", "passkey"])


class Device:
    """A phone with a sensor, plugged into a page."""

    def __init__(self, page):
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = {"authenticatorId": added["authenticatorId"]}

    def keeps_still(self):
        """Nobody touches it, so that nothing is shown before somebody wants it."""
        self._simulate(enabled=False)

    def is_touched(self):
        self._simulate(enabled=True)

    def knows_its_owner(self, verified):
        self._session.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": verified})

    def _simulate(self, *, enabled):
        wanted = {**self._id, "enabled": enabled}
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", wanted)


@pytest.fixture
def screen(new_page):
    """A browser of its own: a device stays plugged in."""
    return new_page()


@pytest.fixture
def device(screen):
    return Device(screen)


def answer(page):
    """Press the button once its script is there: before that, it sends an empty form."""
    arrives(page, "Add: Passkey")
    page.wait_for_load_state()
    story.press(page, "Make the passkey")


def make(page, *, named="Blue phone"):
    """From the page that offers it to the overview."""
    story.press(page, "Continue")
    arrives(page, "Add: Passkey", "register-passkey")
    story.fill(page, "Give it a name", named)
    story.press(page, "Make the passkey")
    arrives(page, "Ways to get back in")


def test_a_passkey_is_made_signs_in_and_opens_a_reset(screen, device, cleo, corp):
    story.sign_in(screen, "cleo", to="/sign-in/?next=/register/add/passkey/")
    make(screen)
    story.is_told(screen, "Blue phone")
    screen.goto("/register/add/passkey/")
    story.press(screen, "Continue")
    answer(screen)
    story.is_told(screen, "This device has a passkey for you already")
    look(screen, "register-passkey-again")

    screen.context.clear_cookies()
    device.keeps_still()
    screen.goto("/sign-in/?next=/account/")
    arrives(screen, "Sign in", "sign-in-with-passkey")
    device.is_touched()
    story.press(screen, "Sign in with a passkey")
    arrives(screen, "Cleo")

    screen.context.clear_cookies()
    story.begin(screen, "cleo")
    story.choose(screen, PASSKEY)
    arrives(screen, "Show your passkey", "reset-passkey")
    device.knows_its_owner(verified=False)
    story.press(screen, PASSKEY)
    story.is_told(screen, "No passkey was shown")
    look(screen, "reset-passkey-cancelled")
    device.knows_its_owner(verified=True)
    story.press(screen, PASSKEY)
    arrives(screen, "Choose a new password")
    story.save(screen)
    arrives(screen, "Your password has been reset")
    expect(screen.get_by_text("Sign in and add this")).to_have_count(0)


def test_it_is_offered_after_a_reset_and_made_at_once(screen, device, ada, postbox):
    story.begin(screen, "ada")
    story.prove_by_mail(screen, postbox, "ada")
    story.save(screen)
    arrives(screen, "Your password has been reset", "reset-done-passkey")
    story.follow(screen, "Sign in and add this: Passkey")
    story.fill(screen, "User ID", "ada@corp.example")
    story.fill(screen, "Password", NEW)
    screen.get_by_role("button", name="Sign in", exact=True).click()
    make(screen)
    assert Factor.objects.in_directory(ada.directory_id).filter(method="passkey").exists()


def test_a_passkey_is_a_second_check_for_staff(screen, device, make_user):
    make_user("dora", roles=("reports_reader",))
    story.sign_in(screen, "dora", to="/sign-in/?next=/reports/")
    arrives(screen, "Set up your second check", "second-factor-choice")
    screen.get_by_label("Passkey").check()
    story.press(screen, "Set it up")
    answer(screen)
    arrives(screen, "Activity")
    screen.context.clear_cookies()
    device.keeps_still()
    story.sign_in(screen, "dora", to="/sign-in/?next=/reports/")
    arrives(screen, "Show your passkey", "second-factor-passkey")
    device.is_touched()
    story.press(screen, PASSKEY)
    arrives(screen, "Activity")


def test_without_javascript_the_pages_say_so(plain_screen, cleo):
    plain_screen.goto("/sign-in/")
    story.press(plain_screen, "Sign in with a passkey")
    arrives(plain_screen, "Sign in with a passkey", "passkey-no-script")
    story.is_told(plain_screen, "It needs JavaScript")
    story.follow(plain_screen, "Sign in with your password")
    arrives(plain_screen, "Sign in")
