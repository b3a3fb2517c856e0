"""The pages for when something is broken need nothing that could be broken."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string

PAGES = ["400", "403", "404", "405", "429", "500", "503", "csrf"]


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_needs_no_context(name, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "sspr.static_names.OnceNamed"}
    }
    settings.ROOT_URLCONF = "no.such.module"
    page = render_to_string(f"errors/{name}.html")
    assert '<html lang="en"' in page
    assert page.count("<h1>") == 1
    assert 'href="/static/css/app.css"' in page


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_asks_the_database_nothing(name):
    render_to_string(f"errors/{name}.html", {"reference": "7F3K-2Q9D"})


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_tells_the_reference_when_there_is_one(name):
    assert "7F3K-2Q9D" in render_to_string(f"errors/{name}.html", {"reference": "7F3K-2Q9D"})
    assert "reference" not in render_to_string(f"errors/{name}.html")


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_offers_one_next_step(name):
    assert render_to_string(f"errors/{name}.html").count("button is-primary") == 1


def test_error_pages_link_to_the_files_where_they_are_served():
    assert settings.STATIC_URL == "/static/"
