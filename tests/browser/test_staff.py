"""Staff sign in with a second factor, and look at what is theirs."""

import re

import pytest
from playwright.sync_api import expect

from accounts.limits.services import spend
from accounts.signin import lockout
from reset import limits
from tests.apps import code_now
from tests.browser import story
from tests.browser.story import arrives
from tests.browser.test_register import key_on
from tests.support.applying import applied_with
from tests.support.browser import look
from tests.support.on_premises import check_of, runs_of

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

LABEL = "Code from the app"


def sign_in(page, name, to):
    story.sign_in(page, name, to=to)
    arrives(page, "Enter the code from your app", "second-factor")
    story.enter_code(page, code_now(), LABEL)


def test_a_reader_reaches_the_reports(page, reader, ada, postbox):
    story.sign_in(page, "ada", "not the one")
    sign_in(page, "reports-reader", "/reports/")
    arrives(page, "Activity", "reports")
    story.is_told(page, "ada@corp.example")
    expect(page.get_by_role("link", name="Configuration")).to_have_count(0)
    story.follow(page, "My account")
    arrives(page, "Reports-reader", "account-of-staff")
    expect(page.get_by_role("link", name="Configuration")).to_have_count(0)


def test_a_wrong_second_factor_opens_nothing(screen, reader):
    story.sign_in(screen, "reports-reader", to="/reports/")
    story.enter_code(screen, "000000", LABEL)
    story.is_told(screen, "There is a problem")
    arrives(screen, "Enter the code from your app", "second-factor-wrong")
    screen.goto("/reports/")
    arrives(screen, "Enter the code from your app")


def test_somebody_new_to_a_role_sets_an_app_up(page, make_user):
    make_user("dora", roles=("reports_reader",))
    story.sign_in(page, "dora", to="/reports/")
    arrives(page, "Set up your second check", "second-factor-set-up")
    story.press(page, "Set it up")
    page.get_by_text("I can’t scan it").click()
    look(page, "second-factor-app")
    page.get_by_label(LABEL).fill(code_now(key_on(page)))
    story.press(page, "Add this app")
    arrives(page, "Activity")


def test_a_role_opens_no_more_than_its_pages(screen, reader):
    story.enter(screen, reader, "/admin/")
    expect(screen.locator("h1")).not_to_have_text("Configuration")
    look(screen, "refused")


def test_an_administrator_reaches_the_configuration(screen, administrator, ada):
    check_of(administrator.directory)
    runs_of(administrator.directory)
    story.enter(screen, administrator, "/admin/")
    arrives(screen, "Configuration", "admin")
    for link, name in (
        ("Policies", "admin-policies"),
        ("People", "admin-people"),
        ("Groups", "admin-groups"),
        ("Directories", "admin-directories"),
        ("Blocks", "admin-blocks"),
        ("Guessing", "admin-guessing"),
        ("Directory servers", "admin-directory-servers"),
        ("Synchronisations", "admin-synchronisations"),
        ("Accounts not taken over", "admin-accounts-not-taken-over"),
    ):
        screen.goto("/admin/")
        screen.locator("th").get_by_role("link", name=link, exact=True).click()
        look(screen, name)


def test_no_block_is_chosen_before_somebody_chooses_it(screen, administrator):
    sign_in(screen, "directory-administrator", "/admin/accounts/tally/")
    boxes = screen.locator("input.action-select")
    expect(boxes).not_to_have_count(0)
    expect(boxes.and_(screen.locator(":checked"))).to_have_count(0)


def test_an_administrator_changes_a_policy(screen, administrator):
    story.enter(screen, administrator, "/admin/accounts/policy/")
    story.follow(screen, "Everyone")
    look(screen, "admin-policy")


def test_an_administrator_looks_at_a_person(screen, administrator, ada):
    story.enter(screen, administrator, "/admin/accounts/user/")
    story.follow(screen, "ada@corp.example")
    look(screen, "admin-person")
    name = lockout.key_of(ada).hex()
    for _time in range(5):
        spend(limits.RESETS, name)
        spend(limits.WRONG, name, "alternate_email", limits.STRANGER)
    story.follow(screen, "Blocks of this person")
    look(screen, "admin-person-blocks")
    screen.get_by_label("Too many resets").check()
    story.press(screen, "Lift the chosen")
    story.is_told(screen, "Say why")
    screen.get_by_label("Reason").fill("She rang from her own desk")
    story.press(screen, "Lift the chosen")
    story.is_told(screen, "1 block is lifted.")
    story.is_told(screen, "Too many wrong answers at a reset")


def test_an_administrator_sets_contact_data(screen, administrator, ada, corp):
    story.enter(screen, administrator, f"/admin/accounts/user/{ada.pk}/change/")
    story.follow(screen, "Contact data and methods")
    screen.get_by_label("Alternate email").fill("ada@corp.example")
    screen.get_by_label("Mobile phone").fill("07700 900123")
    story.press(screen, "Set")
    look(screen, "admin-contact-refused")
    screen.get_by_label("Alternate email").fill("ada.new@elsewhere.example")
    screen.get_by_label("Mobile phone").fill("+44 7700 900123")
    story.press(screen, "Set")
    story.is_told(screen, "Done.")
    look(screen, "admin-contact")
    screen.get_by_role("link", name="Remove Alternate email ad").click()
    look(screen, "admin-contact-remove")
    story.press(screen, "Remove")
    story.is_told(screen, "Removed.")


def test_an_administrator_makes_a_token(screen, administrator, corp):
    story.enter(screen, administrator, "/admin/accounts/apitoken/add/")
    screen.get_by_label("Name").fill("Payroll")
    screen.get_by_label("Read people").check()
    look(screen, "admin-token-new")
    screen.get_by_role("button", name="Save", exact=True).click()
    expect(screen.locator("#token-text")).to_have_text(re.compile(r"sspr_[\w-]{43}"))
    look(screen, "admin-token-made")
    story.follow(screen, "I have copied it")
    look(screen, "admin-tokens")


def test_an_administrator_takes_on_an_agent(screen, administrator, corp, settings, tmp_path):
    settings.AGENT_BROKER_URL = "rediss://portal:secret@broker.corp.example:6379/0"
    story.enter(screen, administrator, "/admin/writeback/agent/add/")
    screen.get_by_label("Name").fill("north-1")
    screen.get_by_role("button", name="Save", exact=True).click()
    ticket = screen.locator("#ticket")
    expect(ticket).to_have_text(re.compile(r"agent-ticket-1\.[\w-]+"))
    expect(screen.locator("#url")).to_have_text(re.compile("@broker.corp.example:6379/0"))
    look(screen, "admin-agent-made")
    own = applied_with(ticket.inner_text(), tmp_path)
    story.follow(screen, "Go on to its page")
    expect(screen.get_by_text(own.fingerprint())).to_be_visible()
    look(screen, "admin-agent-applied")
    story.press(screen, "The fingerprints are the same: confirm")
    story.is_told(screen, "Confirmed.")
    look(screen, "admin-agent")
