"""What people know or keep: registered in a browser, then used to get back in."""

import re

import pytest
from playwright.sync_api import expect

from accounts.policy.models import Policy
from tests.browser import story
from tests.browser.story import arrives
from tests.cast import ANSWERS
from tests.support import canary
from tests.support.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]
CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")


@pytest.fixture(autouse=True)
def _allowed(corp):
    Policy.objects.in_directory(corp).update(
        methods=["security_questions", "recovery_codes"],
        predefined_questions=list(ANSWERS),
        questions_to_register=3,
    )


def add(page, method):
    page.locator("li", has_text=method).get_by_role("link", name="Add").click()


def start_over(page):
    page.context.clear_cookies()
    story.begin(page, "cleo")


def test_recovery_codes_are_kept_and_used(page, cleo):
    story.enter(page, cleo, "/register/")
    add(page, "Recovery codes")
    story.press(page, "Continue")
    arrives(page, "Keep these codes", "register-codes")
    codes = [canary.watch(code) for code in CODE.findall(page.locator("#codes").inner_text())]
    assert len(set(codes)) == 10
    page.get_by_label("Recovery code").fill(codes[0])
    story.press(page, "I have kept them")
    arrives(page, "Ways to get back in", "register-codes-kept")
    story.is_told(page, "10 codes left")
    start_over(page)
    story.choose(page, "Enter one of my recovery codes")
    arrives(page, "Enter a recovery code", "reset-recovery-code")
    story.enter_code(page, codes[0].lower(), "Recovery code")
    arrives(page, "Choose a new password")
    story.save(page)
    arrives(page, "Your password has been reset")


def test_questions_are_answered_and_asked(page, cleo):
    story.enter(page, cleo, "/register/")
    add(page, "Security questions")
    arrives(page, "Add: Security questions", "register-questions")
    for number, (name, answer) in enumerate(list(ANSWERS.items())[:3], start=1):
        page.get_by_label(f"Question {number}").select_option(name)
        page.get_by_label(f"Answer {number}").fill("blue" if number == 3 else answer)
    story.press(page, "Continue")
    story.is_told(page, "Too many people would give this answer")
    arrives(page, "Add: Security questions", "register-questions-refused")
    for number, answer in enumerate(list(ANSWERS.values())[:3], start=1):
        page.get_by_label(f"Answer {number}").fill(canary.watch(answer))
    story.press(page, "Continue")
    story.is_told(page, "You are covered")
    start_over(page)
    story.choose(page, "Answer my security questions")
    arrives(page, "Answer your questions", "reset-questions")
    answer_all(page, dict.fromkeys(ANSWERS, "wrong"))
    story.is_told(page, "Here are other questions")
    arrives(page, "Answer your questions", "reset-questions-wrong")
    answer_all(page, ANSWERS)
    arrives(page, "Choose a new password")


def test_a_pass_is_issued_and_used(page, cleo, administrator, corp):
    Policy.objects.in_directory(corp).update(methods=["alternate_email", "temporary_pass"])
    story.enter(page, administrator, f"/admin/accounts/user/{cleo.pk}/change/")
    story.follow(page, "Temporary pass")
    arrives(page, "Temporary pass", "admin-pass")
    page.get_by_label("Reason or ticket number").fill("INC-4711")
    story.press(page, "Issue the pass")
    expect(page.locator("#pass-text")).to_have_text(CODE)
    given = canary.watch(page.locator("#pass-text").inner_text())
    look(page, "admin-pass-made")
    story.follow(page, "I have told them")
    expect(page.locator("#content-main")).to_contain_text("Valid once, until")
    expect(page.locator("#content-main")).not_to_contain_text(given)
    look(page, "admin-pass-given")
    start_over(page)
    story.choose(page, "Enter a temporary pass from the helpdesk")
    arrives(page, "Enter the temporary pass", "reset-temporary-pass")
    story.enter_code(page, given.lower(), "Temporary pass")
    arrives(page, "Choose a new password")
    story.save(page)
    arrives(page, "Your password has been reset")


def answer_all(page, answers):
    for name in list(ANSWERS)[:3]:
        page.locator(f"#id_{name}").fill(answers[name].upper())
    story.press(page, "Continue")
