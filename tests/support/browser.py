"""A real Chromium, pages in it, and a close look at what they show."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(settings.BASE_DIR) / "var" / "test" / "pictures"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WIDTHS = {"phone": (360, 740), "desktop": (1280, 800)}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself, started once."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("needs Chromium: install it, or run script/test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Makes a page of a fresh browser; options as for Playwright's ``new_context``."""
    contexts = []

    def make(**options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(new_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page, once with JavaScript and once without."""
    return new_page(java_script_enabled=request.param)


def photograph(page: Page, name: str) -> None:
    """Pictures of the page at two widths, light and dark, kept as artefacts of the run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for device, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=PICTURES / f"{name}-{device}-{scheme}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, light and dark, one line for each rule."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for broken in Axe().run(page).response["violations"]:
            places = ", ".join(node["html"][:120] for node in broken["nodes"])
            found.append(f"{scheme} {broken['id']}: {broken['help']}: {places}")
    return found
