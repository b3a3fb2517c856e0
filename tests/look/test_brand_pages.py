"""The sheet and the logos of a directory, as browsers get them."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from accounts import branding_views as brand
from accounts.context import branding_of

GET = RequestFactory().get("/")


def test_the_sheet_of_a_directory_is_served_for_a_year(corp):
    corp.primary_color = "#ffcc00"
    corp.save()
    response = brand.css(GET, corp.pk)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"--brand: #ffcc00" in response.content


def test_a_logo_is_served_as_the_picture_it_is(corp):
    corp.logo = b"\x89PNG light"
    corp.logo_dark = b"\x89PNG dark"
    corp.save()
    assert brand.logo(GET, corp.pk).content == b"\x89PNG light"
    assert brand.logo_dark(GET, corp.pk).content == b"\x89PNG dark"
    assert brand.logo(GET, corp.pk)["Content-Type"] == "image/png"


@pytest.mark.parametrize("view", [brand.logo, brand.logo_dark])
def test_a_logo_that_is_not_there_is_not_found(corp, view):
    with pytest.raises(Http404):
        view(GET, corp.pk)


def test_the_sheet_of_no_directory_is_not_found(corp):
    with pytest.raises(Http404):
        brand.css(GET, corp.pk + 1)


def test_a_sheet_takes_no_form(corp):
    assert brand.css(RequestFactory().post("/"), corp.pk).status_code == 405


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("primary_color", "#123456", "#123465"),
        ("logo", b"one", b"two"),
        ("logo_dark", b"one", b"two"),
    ],
)
def test_another_look_has_another_address(corp, field, before, after):
    corp.primary_color = "#ffcc00"
    setattr(corp, field, before)
    first = branding_of(corp)["brand_css_url"]
    setattr(corp, field, after)
    assert branding_of(corp)["brand_css_url"] != first


def test_the_standard_colour_needs_no_sheet_of_its_own(corp):
    assert branding_of(corp)["brand_css_url"] == ""


def test_a_directory_without_logos_names_none(corp):
    assert branding_of(corp)["logo_url"] == branding_of(corp)["logo_dark_url"] == ""
