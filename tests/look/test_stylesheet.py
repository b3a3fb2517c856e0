"""The tokens of app.css can be read, in light and in dark, and no page weighs much."""

import gzip
import re
from pathlib import Path

import pytest

from accounts.branding import DARK_GROUNDS, DARK_INK, LIGHT_GROUNDS, STANDARD, contrast

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = (STATIC / "css/app.css").read_text()
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")


def themes():
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)[:2]
    by_day = dict(TOKEN.findall(light))
    return {"light": by_day, "dark": by_day | dict(TOKEN.findall(dark))}


THEMES = themes()
TEXT = ["ink", "muted", "brand-ink", "ok", "warn", "bad"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "surface", "sunken"])
@pytest.mark.parametrize("text", TEXT)
def test_text_can_be_read_on_every_ground(theme, text, ground):
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-brand", "brand"),
        ("brand-ink", "brand-soft"),
        ("ok", "ok-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("ink", "ok-soft"),
        ("ink", "warn-soft"),
        ("ink", "bad-soft"),
    ],
)
def test_text_can_be_read_on_its_own_ground(theme, text, ground):
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("edge", ["line-strong", "focus"])
@pytest.mark.parametrize("ground", ["ground", "surface", "sunken"])
def test_edges_and_the_focus_ring_can_be_seen(theme, edge, ground):
    """WCAG 2.2, 1.4.11."""
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3


def test_the_brand_colours_are_computed_for_the_grounds_that_are_shown():
    for theme, grounds in (("light", LIGHT_GROUNDS), ("dark", DARK_GROUNDS)):
        shown = tuple(THEMES[theme][name] for name in ("ground", "surface", "sunken"))
        assert shown == grounds
    assert THEMES["light"]["brand"] == STANDARD
    assert THEMES["dark"]["on-brand"] == DARK_INK


def test_colour_comes_from_tokens_only():
    after = CSS[CSS.index("@layer layout {") :]
    assert re.findall(r"#[0-9a-f]{3,8}\b(?!\")", after) == ["#fff"]  # the ground of a QR code


def test_directions_are_logical():
    physical = (
        r"[\s;{](?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|[\s;{](?:left|right):"
    )
    assert re.findall(physical, CSS) == []


def test_every_custom_property_that_is_used_is_set():
    used = set(re.findall(r"var\(--([\w-]+)", CSS))
    assert used - set(re.findall(r"--([\w-]+):", CSS)) == {"gap"}


@pytest.mark.parametrize("wish", ["prefers-reduced-motion", "forced-colors", "print", 'dir="rtl"'])
def test_the_wishes_of_a_person_are_heard(wish):
    assert wish in CSS


def test_all_that_a_first_page_can_ask_for_weighs_less_than_100_kilobytes():
    files = [*STATIC.rglob("*.css"), *STATIC.glob("*.svg"), *STATIC.rglob("*.js")]
    assert sum(path.stat().st_size for path in files) < 80_000
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 25_000
