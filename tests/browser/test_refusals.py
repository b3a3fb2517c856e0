"""Pages where it does not go on: for who cannot reset, and for who says "this was not me"."""

import pytest
from playwright.sync_api import expect

from accounts import notices
from accounts.notices import Notice
from accounts.outbox import services as outbox
from accounts.policy.models import Policy
from reset.models import Strain
from tests.browser import story
from tests.browser.story import arrives
from tests.reset.denials import link_in
from tests.reset.scene import STRANGER
from tests.support import tenancy

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]


def test_who_cannot_reset_is_told_why_where_policy_talks(page, cleo, corp):
    Policy.objects.in_directory(corp).update(talkative=True, methods_required=2)
    story.begin(page, "cleo")
    expect(page.locator("main")).to_contain_text("SSPR_0014")
    arrives(page, "We can’t check that it is you", "reset-denied")


def test_resets_can_be_left_to_the_helpdesk(page, ada, corp):
    Strain.objects.create(directory=corp, helpdesk_only_at=ada.created_at, by_hand=True)
    story.begin(page, "ada")
    expect(page.locator("main")).to_contain_text("helpdesk")
    arrives(page, page.locator("h1").inner_text(), "reset-helpdesk-only")


def test_the_owner_stops_what_somebody_else_began(asked, postbox, page):
    with tenancy.guarded():
        outbox.work()
    page.goto(link_in(postbox.to("ada@home.example")[-1]))
    arrives(page, "Was this not you?", "not-me-code")
    story.press(page, "It was not me: stop it")
    arrives(page, "It is stopped", "not-me-stopped")


def test_the_owner_protects_an_account_after_the_fact(page, ada, postbox):
    with tenancy.guarded():
        notices.notify(ada, Notice.PASSWORD_RESET, client=STRANGER)
        outbox.work()
    page.goto(link_in(postbox.to("ada@mail.example")[-1]))
    arrives(page, "Was this not you?", "not-me-notice")
    story.press(page, "It was not me: protect my account")
    arrives(page, "Your account is protected", "not-me-protected")
    page.goto("/not-me/0123456789abcdef0123456789abcdef/")
    story.is_told(page, "link")
