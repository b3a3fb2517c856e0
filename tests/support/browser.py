"""A real Chromium, pages in it, and a close look at what they show."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal
from weakref import WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

PICTURES = Path(settings.BASE_DIR) / "var" / "test" / "pictures"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WIDTHS = {"phone": (360, 740), "desktop": (1280, 800)}
VIEWS = (("phone", SCHEMES), ("desktop", SCHEMES[::-1]))  # a change of what is shown is work
# Django draws its filter for groups itself, with a hint that axe wants to have a role.
NOT_OURS = {"exclude": [[".selector .help-tooltip"]]}
NARROWEST = 320  # WCAG 2.2, 1.4.10
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What colours or the room decide, hidden words among it: on a phone nothing is shown that a desktop
# has not, so that the other rules say nothing new there.
SEEN_OTHERWISE = {
    "type": "rule",
    "values": [
        "color-contrast",
        "link-in-text-block",
        "target-size",
        "scrollable-region-focusable",
        "button-name",
        "link-name",
    ],
}
JUDGED = {("phone", "dark"): SEEN_OTHERWISE, ("desktop", "light"): EVERYTHING}

_SPARING = [
    "--disable-dev-shm-usage",
    "--disable-gpu",  # painting without a card is dear enough
    # All pages are our own: one process shows them, one frame after the other.
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
    # Of two such lists the last one counts: the first name is what Playwright asks for itself.
    "--enable-features=CDPScreenshotNewSurface,RenderDocument:level/crashed-frame",
]
_WINDOW: ViewportSize = {"width": 1280, "height": 720}
_NOTHING = "/static/logo.svg"  # ours, but no page: nothing is asked, run or looked up in it

_complaints: list[str] = []
_STARTED = time.time()
_without_script: WeakSet[BrowserContext] = WeakSet()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself, started once."""
    names = ("chromium-headless-shell", "chromium")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("needs Chromium: install it, or run script/test")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SPARING)
        yield browser
        browser.close()


@pytest.fixture
def _quiet() -> Iterator[None]:
    """The test fails when a page of it complains: a script's error, something that the security
    policy forbids, a picture or a style that is not there."""
    _complaints.clear()
    yield
    assert not _complaints, "\n".join(_complaints)


@pytest.fixture
def new_page(chromium: Browser, live_server: Any, _quiet: None) -> Iterator[Callable[..., Page]]:
    """Makes a page of a fresh browser; options as for Playwright's ``new_context``.

    For tests that set, add or listen to something that ``page`` and ``screen`` would keep.
    """
    contexts = []

    def make(**options: Any) -> Page:
        context = _context(chromium, live_server.url, **options)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def _context(chromium: Browser, address: str, **options: Any) -> BrowserContext:
    context = chromium.new_context(
        base_url=address, viewport=_WINDOW, reduced_motion="reduce", **options
    )
    context.set_default_timeout(10_000)
    context.on("console", _note_console)
    context.on("weberror", lambda error: _complaints.append(str(error.error)))
    context.on("response", _note_response)
    if not options.get("java_script_enabled", True):
        _without_script.add(context)
    return context


@pytest.fixture(scope="session")
def _windows(
    chromium: Browser, django_db_setup: None, live_server: Any
) -> Iterator[dict[bool, Page]]:
    """The windows that tests hand on to each other, with scripts and without."""
    windows: dict[bool, Page] = {}
    yield windows
    for page in windows.values():
        page.context.close()
    for thread in threading.enumerate():  # each serves a connection, and keeps one to the database
        if "process_request_thread" in thread.name:
            thread.join(10)


@pytest.fixture
def _window(
    chromium: Browser, live_server: Any, _windows: dict[bool, Page], _quiet: None
) -> Iterator[Callable[[bool], Page]]:
    """Opens the window with scripts or the one without: a window of its own is dear."""
    opened = []

    def open_(script: bool) -> Page:
        if script not in _windows:
            context = _context(chromium, live_server.url, java_script_enabled=script)
            _windows[script] = context.new_page()
        opened.append(script)
        return _windows[script]

    yield open_
    for script in opened:
        page = _windows.pop(script)
        try:
            _empty(page)
        except Error:
            page.context.close()
        else:
            _windows[script] = page


def _empty(page: Page) -> None:
    """Whoever comes next finds the window as if it were new: nothing is open, set or stored."""
    for other in page.context.pages:
        if other != page:
            other.close()
    page.goto(_NOTHING)
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.context.clear_cookies()
    page.context.clear_permissions()
    page.set_viewport_size(_WINDOW)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def _note_console(message: ConsoleMessage) -> None:
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        _complaints.append(f"{message.page and message.page.url}: {message.text}")


def _note_response(response: Response) -> None:
    """A page may answer with a refusal; what it is made of may not."""
    if response.status >= 400 and not response.request.is_navigation_request():
        _complaints.append(f"{response.status} {response.url}")


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(_window: Callable[[bool], Page], request: pytest.FixtureRequest) -> Page:
    """A page, once with JavaScript and once without."""
    return _window(request.param)


@pytest.fixture
def screen(_window: Callable[[bool], Page]) -> Page:
    """A page with JavaScript."""
    return _window(True)


@pytest.fixture
def plain_screen(_window: Callable[[bool], Page]) -> Page:
    """A page without JavaScript."""
    return _window(False)


def look(page: Page, name: str) -> None:
    """Look at a page as people of every kind do, and keep pictures of it.

    It fits the narrowest window; axe finds nothing wrong with it on a phone and on a desktop, light
    and dark. Pictures are taken once in a run; without JavaScript only the fit is looked at.
    """
    before = page.viewport_size
    page.wait_for_load_state()
    assert not _overflows(page), f"{name} scrolls sideways at {NARROWEST} px: {_widest(page)}"
    if page.context not in _without_script and not _is_looked_at(name):
        photograph(page, name, check=True)
    if before:
        page.set_viewport_size(before)


def _is_looked_at(name: str) -> bool:
    """Has this run, in whichever of its processes, come as far as the last picture of a page?"""
    last = _picture(name, "desktop", "light")
    return last.exists() and last.stat().st_mtime >= _STARTED


def _picture(name: str, device: str, scheme: str) -> Path:
    return PICTURES / f"{name}-{device}-{scheme}.jpeg"


def photograph(page: Page, name: str, *, check: bool = False) -> None:
    """Pictures of the page at two widths, light and dark, kept as artefacts of the run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for device, schemes in VIEWS:
        _open_wide(page, *WIDTHS[device])
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=_picture(name, device, scheme), type="jpeg", quality=80)
            if check and (device, scheme) in JUDGED:
                found = axe(page, JUDGED[device, scheme])
                assert not found, "\n".join([f"{name}, {device}, {scheme}", *found])


def _open_wide(page: Page, width: int, height: int) -> None:
    """A window as high as what is in it is painted once, whatever is asked of it."""
    page.set_viewport_size({"width": width, "height": height})
    height = max(height, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, light and dark, one line for each rule."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme} {one}" for one in axe(page)]
    return found


def axe(page: Page, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds wrong with the page as it stands, one line for each rule."""
    options: dict[str, Any] = {"runOnly": rules, "resultTypes": ["violations"]}
    options["preload"] = False  # it writes styles into the page, which our policy forbids
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    judge = "([where, how]) => axe.run(where, how).then((found) => found.violations)"
    found = page.evaluate(judge, [NOT_OURS, options])
    return [f"{rule['id']}: {rule['help']}: {_places(rule)}" for rule in found]


def _places(rule: Any) -> str:
    return "; ".join(f"{node['html'][:120]} ({node['failureSummary']})" for node in rule["nodes"])


def _overflows(page: Page) -> bool:
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    return bool(page.evaluate(TOO_WIDE))


def _widest(page: Page) -> str:
    """The elements that reach past the window, for the message of a failing test."""
    found: str = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((one) =>"
        " one.getBoundingClientRect().right > document.documentElement.clientWidth)"
        ".map((one) => one.outerHTML.slice(0, 100)).join(' | ')"
    )
    return found
