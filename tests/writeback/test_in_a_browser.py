"""People whose passwords live in a real Active Directory, at the pages they see."""

import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.policy.models import Policy
from tests.agent.servers import BETTER, GOOD
from tests.apps import code_now
from tests.browser import story
from tests.browser.story import APP, arrives
from tests.cast import add_app, make_user
from tests.support import canary
from tests.support.on_premises import move_to

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]


@pytest.fixture
def rosa(samba, served, corp):
    served(samba)
    user = make_user(f"rosa{uuid.uuid4().hex[:6]}", directory=corp)
    add_app(user)
    user.dn = move_to(samba, user, canary.watch(GOOD))  # type: ignore[attr-defined]  # for tests
    return user


@pytest.fixture
def name(rosa):
    return rosa.user_principal_name.partition("@")[0]


def prove(page, name):
    story.begin(page, name)
    story.choose(page, APP)
    arrives(page, "Enter the code from your app")
    story.enter_code(page, code_now())


def test_a_password_there_is_reset_and_changed(screen, samba, rosa, name):
    """Told what the directory asks, refused with its reason, then done; next day a change."""
    prove(screen, name)
    arrives(screen, "Choose a new password", "reset-directory-rules")
    story.is_told(screen, "Three of these: capitals")
    expect(screen.get_by_text("None of your last")).to_have_count(0)  # a reset may, in Samba
    story.save(screen, "kettle orbit maple and more")
    story.is_told(screen, "more kinds of characters")
    arrives(screen, "Choose a new password", "reset-directory-refused")
    story.save(screen, BETTER)
    arrives(screen, "Your password has been reset")
    assert samba.binds(rosa.dn, BETTER)
    samba.require_change(rosa.dn)
    story.sign_in(screen, name, BETTER)
    arrives(screen, "Choose a new password to go on", "change-directory-due")
    story.is_told(screen, "None of your last 5 passwords")
    story.fill(screen, "Current password", BETTER)
    story.save(screen, "Kettle-Orbit-Maple-20")
    arrives(screen, "What would you like to do?")
    assert samba.binds(rosa.dn, "Kettle-Orbit-Maple-20")
    samba.policy(min_age=timedelta(days=1))
    screen.goto("/change/")
    story.is_told(screen, "allows the next change tomorrow at")


def test_an_account_there_is_unlocked(screen, samba, rosa, name, corp):
    Policy.objects.in_directory(corp).update(unlock_without_reset=True)
    samba.policy(lockout=3)
    samba.lock(rosa.dn, 3)
    screen.goto("/reset/?goal=unlock")
    story.fill(screen, "User ID", rosa.user_principal_name)
    story.press(screen, "Continue")
    story.choose(screen, APP)
    arrives(screen, "Enter the code from your app")
    story.enter_code(screen, code_now())
    arrives(screen, "Unlock your account")
    story.press(screen, "Unlock my account")
    story.is_told(screen, "unlocked")
    assert samba.binds(rosa.dn, GOOD)
