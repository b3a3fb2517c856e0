"""When something goes wrong: the right status, a page in the look, nothing revealed."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from accounts.hashing import Busy
from reset.views import portal as views
from sspr import views as house
from tests.journeys import words_of
from writeback.services import Full

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """Makes the reset portal's first page fail in a way of one's choice."""

    def breaks(error):
        def fail(*args, **kwargs):
            raise error

        monkeypatch.setattr(views, "render", fail)
        return Client(raise_request_exception=False).get(reverse("reset:start"))

    return breaks


def test_our_own_mistake_is_a_500_without_details(broken):
    answer = broken(ValueError("secret detail"))
    assert answer.status_code == 500
    assert "There is a problem with the service" in words_of(answer)
    assert "secret detail" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("gone"), Busy("full"), Full()]
)
def test_what_passes_by_itself_is_a_503_that_says_when(broken, error):
    answer = broken(error)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"


def test_an_unknown_page_is_a_404_in_the_look(corp):
    answer = Client().get("/reset/password/logo.png")
    assert answer.status_code == 404
    assert b'class="card' in answer.content


def test_a_form_without_its_cookie_is_explained(corp):
    answer = Client(enforce_csrf_checks=True).post(reverse("reset:start"), {"username": "ada"})
    assert answer.status_code == 403
    assert "cookie" in words_of(answer).lower()


@pytest.mark.parametrize("origin", ["https://evil.test", "null"])
def test_a_form_from_elsewhere_is_refused(corp, origin):
    """S-C23."""
    browser = Client(enforce_csrf_checks=True)
    browser.get(reverse("reset:start"))
    token = browser.cookies["csrf"].value
    fields = {"username": "ada", "csrfmiddlewaretoken": token}
    answer = browser.post(reverse("reset:start"), fields, headers={"origin": origin})
    assert answer.status_code == 403


def test_too_large_a_form_is_refused(corp):
    """S-C34."""
    answer = Client().post(reverse("reset:start"), {"username": "a" * 1_000_000})
    assert answer.status_code == 400


def test_too_many_fields_are_refused(corp):
    answer = Client().post(reverse("reset:start"), {f"f{n}": "" for n in range(10_000)})
    assert answer.status_code == 400


def test_a_name_given_twice_is_one_name(corp, ada):
    """S-C16, P-C13."""
    answer = Client().post(reverse("reset:start"), {"username": ["x", "ada@corp.example"]})
    assert answer.status_code == 302


def test_ready_means_the_database_answers(corp):
    assert Client().get("/readyz").status_code == 200


def test_not_ready_while_the_database_is_away(db, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(house, "connection", Away())
    assert Client().get("/readyz").status_code == 503


def test_alive_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/livez").content == b"ok\n"
