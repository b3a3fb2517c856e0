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
    sign_in(screen, "reports-reader", "/admin/")
    expect(screen.locator("h1")).not_to_have_text("Configuration")
    look(screen, "refused")


def test_an_administrator_reaches_the_configuration(new_page, administrator, ada):
    page = new_page()
    check_of(administrator.directory)
    runs_of(administrator.directory)
    sign_in(page, "directory-administrator", "/admin/")
    arrives(page, "Configuration", "admin")
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
        page.goto("/admin/")
        page.locator("th").get_by_role("link", name=link, exact=True).click()
        look(page, name)


def test_no_block_is_chosen_before_somebody_chooses_it(new_page, administrator):
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/accounts/tally/")
    boxes = page.locator("input.action-select")
    expect(boxes).not_to_have_count(0)
    expect(boxes.and_(page.locator(":checked"))).to_have_count(0)


def test_an_administrator_changes_a_policy(new_page, administrator):
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/accounts/policy/")
    story.follow(page, "Everyone")
    look(page, "admin-policy")


def test_an_administrator_looks_at_a_person(new_page, administrator, ada):
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/accounts/user/")
    story.follow(page, "ada@corp.example")
    look(page, "admin-person")
    name = lockout.key_of(ada).hex()
    for _time in range(5):
        spend(limits.RESETS, name)
        spend(limits.WRONG, name, "alternate_email", limits.STRANGER)
    story.follow(page, "Blocks of this person")
    look(page, "admin-person-blocks")
    page.get_by_label("Too many resets").check()
    story.press(page, "Lift the chosen")
    story.is_told(page, "Say why")
    page.get_by_label("Reason").fill("She rang from her own desk")
    story.press(page, "Lift the chosen")
    story.is_told(page, "1 block is lifted.")
    story.is_told(page, "Too many wrong answers at a reset")


def test_an_administrator_sets_contact_data(new_page, administrator, ada, corp):
    page = new_page()
    sign_in(page, "directory-administrator", f"/admin/accounts/user/{ada.pk}/change/")
    story.follow(page, "Contact data and methods")
    page.get_by_label("Alternate email").fill("ada@corp.example")
    page.get_by_label("Mobile phone").fill("07700 900123")
    story.press(page, "Set")
    look(page, "admin-contact-refused")
    page.get_by_label("Alternate email").fill("ada.new@elsewhere.example")
    page.get_by_label("Mobile phone").fill("+44 7700 900123")
    story.press(page, "Set")
    story.is_told(page, "Done.")
    look(page, "admin-contact")
    page.get_by_role("link", name="Remove Alternate email ad").click()
    look(page, "admin-contact-remove")
    story.press(page, "Remove")
    story.is_told(page, "Removed.")


def test_an_administrator_makes_a_token(new_page, administrator, corp):
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/accounts/apitoken/add/")
    page.get_by_label("Name").fill("Payroll")
    page.get_by_label("Read people").check()
    look(page, "admin-token-new")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#token-text")).to_have_text(re.compile(r"sspr_[\w-]{43}"))
    look(page, "admin-token-made")
    story.follow(page, "I have copied it")
    look(page, "admin-tokens")


def test_an_administrator_takes_on_an_agent(new_page, administrator, corp, settings, tmp_path):
    settings.AGENT_BROKER_URL = "rediss://portal:secret@broker.corp.example:6379/0"
    page = new_page()
    sign_in(page, "directory-administrator", "/admin/writeback/agent/add/")
    page.get_by_label("Name").fill("north-1")
    page.get_by_role("button", name="Save", exact=True).click()
    ticket = page.locator("#ticket")
    expect(ticket).to_have_text(re.compile(r"agent-ticket-1\.[\w-]+"))
    expect(page.locator("#url")).to_have_text(re.compile("@broker.corp.example:6379/0"))
    look(page, "admin-agent-made")
    own = applied_with(ticket.inner_text(), tmp_path)
    story.follow(page, "Go on to its page")
    expect(page.get_by_text(own.fingerprint())).to_be_visible()
    look(page, "admin-agent-applied")
    story.press(page, "The fingerprints are the same: confirm")
    story.is_told(page, "Confirmed.")
    look(page, "admin-agent")
