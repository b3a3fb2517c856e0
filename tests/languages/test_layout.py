"""Every page in a real browser, with longer words and from right to left."""

import re

import pytest

from accounts.outbox import services as outbox
from accounts.policy.models import Policy
from registration.models import Factor
from tests.languages import walk
from tests.languages.pseudo import LONG, MIRRORED
from tests.support import browser, tenancy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("made_languages", "postbox"),
]

PICTURED = {"/", "reset-password-weak", "mine/register/"}

# Text that is wider or higher than the box it is cut off at; what scrolls inside shows itself.
CLIPPED = """[...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const style = getComputedStyle(one);
    const hides = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
    if (one.classList.contains("visually-hidden")) return false;
    return hides && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def pages(corp, ada, postbox):
    """The pages of the portals in one language, the reset last: it ends sessions."""

    def gather(language):
        Policy.objects.in_directory(corp).update(methods=walk.METHODS_OF_ALL)
        held = dict(Factor.objects.in_directory(corp).filter(user=ada).values_list("method", "pk"))
        found = dict(walk.of_strangers(language))
        found |= {f"mine{name}": html for name, html in walk.of_a_person(language, ada, held)}
        found |= dict(walk.of_a_reset(language, "ada@corp.example", lambda: mailed(postbox)))
        return found

    return gather


def mailed(postbox):
    with tenancy.guarded():
        outbox.work()
    return postbox.code("ada@home.example")


@pytest.fixture
def shower(new_page):
    """Makes a window that pages fetched before are shown in, with the files they ask for."""

    def make(*, script):
        page = new_page(java_script_enabled=script)
        shown: dict[str, str] = {}
        page.route(
            "**/shown-again",
            lambda route: route.fulfill(
                body=shown["html"], content_type="text/html; charset=utf-8"
            ),
        )

        def put(html):
            shown["html"] = html
            page.goto("/shown-again")
            return page

        return put

    return make


@pytest.fixture
def show(shower):
    return shower(script=False)


def test_words_half_as_long_again_fit(pages, show):
    """S-D56, WCAG 2.2 1.4.10: nothing is cut off, nothing scrolls sideways at 320 pixels."""
    faults = {}
    for name, html in pages(LONG).items():
        page = show(html)
        if browser._overflows(page):
            faults[name] = browser._widest(page)
        elif clipped := page.evaluate(CLIPPED):
            faults[name] = clipped
    assert not faults


def test_pages_from_right_to_left_fit_and_can_be_used(pages, show, shower):
    """S-D55: direction from the language, and what has one of its own keeps it."""
    faults, alive = {}, shower(script=True)  # axe needs a script
    for name, html in pages(MIRRORED).items():
        assert re.search(r'<html[^>]* lang="xr"[^>]* dir="rtl"', html), name
        page = show(html)
        if browser._overflows(page):
            faults[name] = browser._widest(page)
        if name in PICTURED:
            page = alive(html.replace('lang="xr"', 'lang="ar"'))  # one that axe has heard of
            browser.photograph(page, f"rtl-{name.strip('/').replace('/', '-') or 'portal'}")
            faults.update([(f"{name}, axe", one) for one in browser.axe(page)])
    assert not faults
