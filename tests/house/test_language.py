"""Languages: asked for in the address, remembered, and taken out of it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["lang", "mkt"])
def test_a_language_moves_from_the_address_to_a_cookie(corp, field):
    browser = Client()
    answer = browser.get("/reset/", {field: "en-GB", "goal": "unlock"})
    assert (answer.status_code, answer["Location"]) == (303, "/reset/?goal=unlock")
    assert browser.cookies["language"].value == "en"


@pytest.mark.parametrize("wanted", ["", "xx", "../../etc", "e" * 10_000, "en\r\nX: 1"])
def test_an_unknown_language_is_left_aside(corp, wanted):
    browser = Client()
    answer = browser.get("/", {"lang": wanted})
    assert answer.status_code == 303
    assert "language" not in browser.cookies


def test_an_address_elsewhere_is_never_gone_to(corp):
    """S-C25."""
    answer = Client().get("/", {"lang": "en"}, PATH_INFO="//evil.test/")
    assert answer["Location"] == "/%2Fevil.test/"


def test_a_monstrous_header_is_cut(corp):
    answer = Client(headers={"accept-language": "en," * 100_000}).get("/")
    assert answer.status_code == 200
