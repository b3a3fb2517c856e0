"""Where a sign-in leads, and what a thief may have planted before it."""

from typing import Any

import pytest
from django.test import Client

from accounts.people.models import User
from accounts.signin.models import Session
from accounts.signin.sessions import stored_key
from tests.cast import PASSWORD
from tests.signin.conftest import kinds


def test_signing_in_takes_a_new_session_key(ada: User, sign_in: Any, client: Client):
    before = client.session
    before["planted"] = "by a thief"
    before.save()
    sign_in()
    assert client.session.session_key != before.session_key
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=stored_key(before.session_key)).exists()


def test_signing_in_needs_the_forms_token(ada: User):
    client = Client(enforce_csrf_checks=True)
    form = {"username": "ada@corp.example", "password": PASSWORD}
    assert client.post("/sign-in/", form).status_code == 403
    assert kinds() == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "https:evil.example",
        "http://testserver@evil.example/",
        "evil.example",
        "%2F%2Fevil.example",
        "\x08//evil.example",
    ],
)
def test_nobody_is_sent_to_a_strange_place(ada: User, client: Client, target: str):
    form = {"username": "ada@corp.example", "password": PASSWORD}
    response = client.post("/sign-in/", form, query_params={"next": target})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_page_that_was_asked_for_comes_next(ada: User, client: Client, sign_in: Any):
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"
    assert sign_in(to="/account/")["Location"] == "/account/"


def test_somebody_who_is_in_is_not_asked_again(ada: User, sign_in: Any, client: Client):
    sign_in()
    assert client.get("/sign-in/?next=/account/")["Location"] == "/account/"
