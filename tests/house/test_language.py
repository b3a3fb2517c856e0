"""Languages: asked for in the address, remembered, and taken out of it."""

import html

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import get_language, override

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["lang", "mkt"])
def test_a_language_moves_from_the_address_to_a_cookie(corp, field):
    browser = Client()
    answer = browser.get("/reset/", {field: "en-GB", "goal": "unlock"})
    assert (answer.status_code, answer["Location"]) == (303, "/reset/?goal=unlock")
    assert browser.cookies["language"].value == "en"


@pytest.mark.parametrize(
    "wanted", ["", "xx", "pt", "pt-BR", "../../etc", "e" * 10_000, "en\r\nX: 1"]
)
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


def test_a_page_is_in_the_language_of_the_browser_and_says_so(corp):
    """S-D44, S-D55."""
    browser = Client(headers={"accept-language": "pt-BR, ar;q=0.9, en;q=0.8"})
    answer = browser.get("/reset/")
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert answer["Content-Language"] == "ar"
    assert "Accept-Language" in answer["Vary"]


def test_no_language_stays_behind_for_whom_comes_next(corp):
    Client(headers={"accept-language": "ar"}).get("/reset/")
    assert get_language() == "en"


def test_what_was_chosen_counts_more_than_the_browser(corp):
    browser = Client(headers={"accept-language": "fr"})
    assert '<html lang="fr">' in browser.get("/").text
    browser.get("/", {"mkt": "de-DE"})
    assert '<html lang="de">' in browser.get("/").text
    browser.get("/", {"lang": "pt"})
    assert '<html lang="de">' in browser.get("/").text


@pytest.mark.parametrize(
    "address", ["/", "/reset/", "/sign-in/?next=%2Faccount%2F&more=x", "/help/privacy/"]
)
def test_every_page_leads_to_itself_in_every_other_language(corp, address):
    """S-D56: each language by its own name, and nothing that was asked for is lost."""
    page = html.unescape(Client().get(address).text)
    query = address.partition("?")[2]
    for code, name in settings.LANGUAGES[1:]:
        wanted = f'href="?{query}{"&" if query else ""}lang={code}" lang="{code}" hreflang="{code}"'
        assert wanted in page
        assert name in page


def test_an_error_is_told_in_the_language_of_the_page(corp):
    answer = Client(headers={"accept-language": "de"}).get("/nowhere/")
    assert answer.status_code == 404
    assert '<html lang="de">' in answer.text


@pytest.mark.parametrize("code", ["xx", "english", "de_DE", "../de", "de\n"])
def test_nobody_is_written_to_in_a_language_that_is_not_there(corp, ada, code):
    for somebody in (corp, ada):
        somebody.language = code
        with pytest.raises(ValidationError) as refusal:
            somebody.full_clean()
        assert "language" in refusal.value.message_dict


@pytest.mark.parametrize("code", ["de", "de-CH", "ar", "en-GB"])
def test_a_variant_of_a_language_that_is_there_will_do(corp, ada, code):
    corp.language = ada.language = code
    corp.full_clean()
    ada.full_clean()
    with override(ada.wants_language):
        assert (get_language() or "").partition("-")[0] == code.partition("-")[0]
