"""Telephones and mailboxes, from the first code to a new password."""

import re

import pytest
from playwright.sync_api import expect

from accounts.outbox import services as outbox
from accounts.policy.models import Policy
from registration.models import Factor, FactorSource
from registration.telephony.backends import locmem
from tests import cast
from tests.browser import story
from tests.browser.story import arrives
from tests.journeys import can_sign_in
from tests.support import canary, tenancy
from tests.support.postbox import text_of

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.usefixtures("no_secret_kept")]

MOBILE, OTHER_MOBILE, DESK = "+447700900123", "+447700900124", "+442079460345;ext=45"
HOME, GARDEN = "cleo@home.example", "cleo@garden.example"
LINK = re.compile(r"https?://\S+/link/\S+")


@pytest.fixture(autouse=True)
def _telephones(corp):
    corp.default_region = "GB"
    corp.save(update_fields=["default_region"])
    methods = ["alternate_email", "mobile_phone", "office_phone"]
    Policy.objects.in_directory(corp).update(methods=methods)
    locmem.outbox.clear()


def message():
    """The newest text or call, once the worker has been by."""
    with tenancy.guarded():
        outbox.work()
    return locmem.outbox[-1]


def texted():
    return canary.watch(message().body.splitlines()[-1].rpartition("#")[2])


def spoken():
    said = message().spoken.partition(": ")[2].partition(".")[0]
    return canary.watch("".join(sign for sign in said if sign.isdigit()))


def link_in_mail(postbox, address):
    """The path of the newest link; a test's server has another address than the product's."""
    story.mailed(postbox, address)
    (found,) = LINK.findall(text_of(postbox.to(address)[-1]))
    return str(found).split("/", 3)[3]


def line(page, text):
    return page.locator("li", has_text=text)


def add_phone(page, kind, number, way=""):
    page.goto("/register/")
    line(page, kind).get_by_role("link", name="Add").click()
    story.fill(page, "Number", number)
    if way:
        page.get_by_label(way).check()
    story.press(page, "Send me a code")
    arrives(page, "Enter the code", f"register-{kind.split()[0].lower()}-code")


def enter(page, code):
    page.get_by_label("Code from").fill(code)
    story.press(page, "Add this number")
    arrives(page, "Ways to get back in")


def held(corp):
    confirmed = Factor.objects.in_directory(corp).exclude(confirmed_at=None)
    return set(confirmed.values_list("address", flat=True))


def test_telephones_and_mailboxes_are_registered(page, cleo, corp, postbox):
    cast.add_mailbox(cleo, HOME, confirmed_at=None, source=FactorSource.IMPORT)
    story.enter(page, cleo, "/register/add/mobile_phone/")
    arrives(page, "Add: Mobile phone", "register-mobile")
    add_phone(page, "Mobile phone", "07700 900 123", "Send me a text message")
    enter(page, texted())
    add_phone(page, "Mobile phone", "+44 7700 900124", "Call me")
    enter(page, spoken())
    add_phone(page, "Office phone", "020 7946 0345 ext. 45")
    assert message().extension == "45"
    enter(page, spoken())
    page.goto("/register/add/alternate_email/")
    page.get_by_role("textbox").first.fill(GARDEN)
    story.press(page, "Send me a code")
    arrives(page, "Enter the code")
    page.goto(f"/{link_in_mail(postbox, GARDEN)}")
    arrives(page, "Is it you who asked for this?", "register-mail-link")
    story.press(page, "Yes, go on")
    arrives(page, "Ways to get back in", "register-given")
    assert held(corp) == {MOBILE, OTHER_MOBILE, DESK, GARDEN}
    line(page, HOME).get_by_role("button", name="Confirm").click()
    arrives(page, "Enter the code")
    page.get_by_label("Code from").fill(story.mailed(postbox, HOME))
    story.press(page, "Add this address")
    line(page, "Office phone").get_by_role("button", name="Offer first").click()
    story.is_told(page, "This is offered first from now on")
    line(page, "900124").get_by_role("link", name="Remove").click()
    arrives(page, "Remove: Mobile phone")
    expect(page.get_by_text("this one included")).to_have_count(0)
    story.press(page, "Remove it")
    arrives(page, "Ways to get back in", "register-many")
    expect(page.locator("[aria-labelledby=have] li").first).to_contain_text("Office phone")
    assert held(corp) == {MOBILE, DESK, GARDEN, HOME}
    story.follow(page, "Confirm all of it")
    arrives(page, "Is this right?", "register-check-many")
    story.is_told(page, "+44 ••••••23")
    expect(page.get_by_text("900123")).to_have_count(0)
    line(page, "Office phone").get_by_role("link", name="Change").click()
    arrives(page, "Ways to get back in")


def test_a_text_and_a_link_get_people_back_in(page, cleo, postbox):
    cast.add_mailbox(cleo, HOME)
    cast.add_phone(cleo, MOBILE)
    prove_by_telephone(page, "Text my mobile phone", "07700 900123", texted)
    saved(page, "Text my mobile phone, quietly and often")
    story.begin(page, "cleo")
    story.choose(page, story.MAIL)
    arrives(page, "Enter the code")
    page.goto(f"/{link_in_mail(postbox, HOME)}")
    story.press(page, "Yes, go on")
    saved(page, "seven lanterns at the gate")


def test_calls_get_people_back_in(screen, cleo):
    cast.add_phone(cleo, MOBILE)
    cast.add_desk(cleo, DESK)
    for way, number in (
        ("Call my mobile phone", "+44 7700 900123"),
        ("Call my office phone", "020 7946 0345"),
    ):
        prove_by_telephone(screen, way, number, spoken)
        saved(screen, f"{way}, quietly and often")


def prove_by_telephone(page, way, number, code):
    """From the first page to the new password."""
    story.begin(page, "cleo")
    story.choose(page, way)
    arrives(page, "What is the full number?", "reset-number")
    page.get_by_role("textbox").first.fill(number)
    story.press(page, "Send me a code")
    arrives(page, "Enter the code", "reset-code-phone")
    story.enter_code(page, code())


def saved(page, password):
    arrives(page, "Choose a new password")
    story.save(page, password)
    arrives(page, "Your password has been reset")
    assert can_sign_in("cleo@corp.example", password)
