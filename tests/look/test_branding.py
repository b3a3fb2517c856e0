"""Colours people choose become colours people can read."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import branding
from accounts.branding import DARK_GROUNDS, LIGHT_GROUNDS, contrast

colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(colors)
def test_text_on_the_fill_can_be_read(color):
    for brand in (branding.light(color), branding.dark(color)):
        assert contrast(brand.fill, brand.on_fill) >= 4.5


@given(colors)
def test_the_ink_can_be_read_on_every_ground(color):
    for brand, grounds in (
        (branding.light(color), LIGHT_GROUNDS),
        (branding.dark(color), DARK_GROUNDS),
    ):
        assert min(contrast(brand.ink, ground) for ground in grounds) >= 4.5


@given(colors)
def test_the_ink_can_be_read_on_the_tint_made_of_it(color):
    for brand, grounds in (
        (branding.light(color), LIGHT_GROUNDS),
        (branding.dark(color), DARK_GROUNDS),
    ):
        assert contrast(brand.ink, branding.mixed(brand.ink, grounds[1])) >= 4.5


@given(colors)
def test_the_fill_can_be_seen_on_a_dark_card(color):
    assert contrast(branding.dark(color).fill, DARK_GROUNDS[1]) >= 3


@given(colors)
def test_the_text_on_the_fill_is_white_or_the_dark_ink(color):
    assert branding.light(color).on_fill in ("#ffffff", "#06181c")


@given(colors)
def test_a_readable_colour_is_left_alone(color):
    dark_enough = max(contrast("#ffffff", color), contrast("#06181c", color)) >= 4.5
    assert (branding.light(color).fill == color) is dark_enough


def test_a_hard_yellow_keeps_its_fill_and_gets_a_dark_ink_of_its_hue():
    brand = branding.light("#ffcc00")
    assert (brand.fill, brand.on_fill) == ("#ffcc00", "#06181c")
    assert abs(_hue(brand.ink) - _hue("#886d0b")) < 0.03


def test_a_hard_yellow_serves_as_ink_on_dark_pages():
    assert branding.dark("#ffcc00") == branding.Brand("#ffcc00", "#06181c", "#ffcc00")


def test_the_standard_colour_leaves_the_stylesheet_as_it_is():
    assert branding.stylesheet("#0B5563") == ""


def test_the_sheet_sets_three_colours_for_light_and_for_dark():
    sheet = branding.stylesheet("#ffcc00")
    assert sheet.startswith(":root { --brand: #ffcc00; --on-brand: #06181c; --brand-ink: #")
    assert sheet.count("--brand:") == sheet.count("--brand-ink:") == 2
    assert "@media (prefers-color-scheme: dark) { :root {" in sheet


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)],
)
def test_contrast_is_what_wcag_says(one, other, ratio):
    """WCAG 2.2, 1.4.3: #777777 on white is the well-known near miss."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def _hue(color):
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hsv(red, green, blue)[0]
