import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from accounts.hashing import Busy
from accounts.people.models import Directory, User
from accounts.signin import services
from accounts.signin.errors import StoreAway
from accounts.signin.models import Lockout, Session
from tests.cast import PASSWORD
from tests.signin.conftest import kinds

NOBODY = "nobody@corp.example"


def errors(response: Any) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]


@pytest.fixture
def disabled(make_user: Callable[..., User]) -> User:
    return make_user("dora", enabled=False)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Makes the store fail."""

    def fail_with(error: Exception) -> None:
        def authenticate(**asked: Any) -> None:
            raise error

        monkeypatch.setattr(services, "authenticate", authenticate)

    return fail_with


def test_the_right_password_signs_in(ada: User, sign_in: Any, client: Client):
    response = sign_in()
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(ada.pk)
    assert kinds() == ["signin.signed_in"]


@pytest.mark.parametrize("name", ["ADA@CORP.example", " ada@corp.example ", "CORP\\ada"])
def test_any_spelling_that_means_a_person_signs_them_in(ada: User, sign_in: Any, name: str):
    User.objects.in_directory(ada.directory).update(account_name="ada")
    assert sign_in(name).status_code == 302


@pytest.mark.parametrize(
    "password", ["Correct horse battery staple", f" {PASSWORD}", PASSWORD[:-1]]
)
def test_a_wrong_password_signs_nobody_in(ada: User, sign_in: Any, client: Client, password: str):
    response = sign_in(password=password)
    assert "do not go together" in errors(response)[0]
    assert SESSION_KEY not in client.session
    assert kinds() == ["signin.refused"]


def test_a_disabled_account_does_not_sign_in(disabled: User, sign_in: Any, client: Client):
    assert "do not go together" in errors(sign_in("dora@corp.example"))[0]
    assert SESSION_KEY not in client.session


def test_no_store_is_asked_about_a_disabled_person(
    disabled: User, sign_in: Any, monkeypatch: pytest.MonkeyPatch
):
    asked: list[User | None] = []
    monkeypatch.setattr(services, "authenticate", lambda **given: asked.append(given["person"]))
    sign_in("dora@corp.example")
    assert asked == [None]


@pytest.mark.parametrize("name", ["ada@corp.example", "dora@corp.example", NOBODY, "x", "a\x7fb"])
def test_every_refusal_is_the_same_page(
    ada: User, disabled: User, sign_in: Any, name: str, client_from: Any
):
    known = sign_in(NOBODY, "wrong", client_from())
    response = sign_in(name, "wrong", client_from())
    assert shown(response, name) == shown(known, NOBODY)


def shown(response: Any, name: str) -> tuple[Any, ...]:
    """What a visitor can see, without what differs between any two requests."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    page = page.replace(response.context["page"].reference, "").replace(f'value="{name}"', "")
    alike = response.headers.keys() - {"X-Request-ID", "Expires", "Content-Length"}
    headers = {name: response[name] for name in alike}
    return response.status_code, page, headers


@pytest.mark.parametrize("name", ["ada@corp.example", "dora@corp.example"])
def test_every_refusal_costs_the_same(
    ada: User, disabled: User, sign_in: Any, name: str, monkeypatch: pytest.MonkeyPatch
):
    hashes: list[object] = []
    count_hashes(monkeypatch, hashes)
    for each in (name, NOBODY):
        sign_in(each, "first")
    hashes.clear()
    assert statements(sign_in, name) == statements(sign_in, NOBODY)
    assert len(hashes) == 2


def statements(sign_in: Any, name: str) -> list[str]:
    """What the database is asked for one wrong password, without the values."""
    with CaptureQueriesContext(connection) as seen:
        sign_in(name, "wrong")
    return [re.sub(r"'[^']*'|\bs?\d+(_x\d+)?\b|NULL", "?", query["sql"])[:200] for query in seen]


def count_hashes(monkeypatch: pytest.MonkeyPatch, hashes: list[object]) -> None:
    from argon2 import low_level

    for function in ("hash_secret", "hash_secret_raw", "verify_secret"):
        real = getattr(low_level, function)

        def counted(*args: Any, _real: Any = real, **kwargs: Any) -> Any:
            hashes.append(_real)
            return _real(*args, **kwargs)

        monkeypatch.setattr(low_level, function, counted)


@pytest.mark.parametrize("name", ["ada@corp.example", "dora@corp.example", NOBODY])
def test_every_name_locks_alike(ada: User, disabled: User, sign_in: Any, name: str):
    pages = [sign_in(name, f"wrong {number}") for number in range(11)]
    assert [page.status_code for page in pages] == [200] * 9 + [429] * 2
    assert "paused until" in errors(pages[-1])[0]
    assert kinds()[-3:] == ["signin.refused", "signin.locked", "signin.blocked"]


def test_a_locked_name_does_not_reach_the_hash(
    ada: User, sign_in: Any, monkeypatch: pytest.MonkeyPatch
):
    for number in range(10):
        sign_in(password=f"wrong {number}")
    hashes: list[object] = []
    count_hashes(monkeypatch, hashes)
    response = sign_in()
    assert (response.status_code, hashes) == (429, [])
    assert 0 < int(response["Retry-After"]) <= 61


@pytest.mark.parametrize(
    ("second", "told"), [(0, "12:01 (CET)"), (1, "12:02 (CET)"), (59, "12:02 (CET)")]
)
def test_the_end_of_a_lock_is_told_in_whole_minutes(
    ada: User, corp: Directory, sign_in: Any, second: int, told: str
):
    Directory.objects.update(time_zone="Europe/Berlin")
    with time_machine.travel(datetime(2026, 11, 20, 11, 0, second, tzinfo=UTC), tick=False):
        pages = [sign_in(password=f"wrong {number}") for number in range(11)]
    assert told in errors(pages[-1])[0]


def test_a_success_ends_the_count(ada: User, sign_in: Any, client: Client):
    sign_in(password="wrong")
    sign_in()
    assert not Lockout.objects.exists()


@pytest.mark.parametrize("error", [StoreAway(), Busy()])
def test_an_outage_is_not_a_wrong_password(ada: User, sign_in: Any, store: Any, error: Exception):
    store(error)
    client = Client(raise_request_exception=False)
    for _again in range(12):
        response = sign_in(browser=client)
    assert response.status_code in {500, 503}
    assert Lockout.objects.get().failures == 0


def test_an_outage_is_told_and_noted(ada: User, sign_in: Any, store: Any):
    store(StoreAway())
    response = sign_in()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "was not checked" in errors(response)[0]
    assert kinds() == ["signin.store_away"]


def test_without_a_directory_nobody_signs_in(db: None, sign_in: Any):
    response = sign_in()
    assert response.status_code == 503
    assert "no directory" in errors(response)[0]


def test_a_network_that_guesses_is_stopped(
    ada: User, sign_in: Any, monkeypatch: pytest.MonkeyPatch, client_from: Any
):
    few = replace(services.PER_NETWORK, times=3)
    monkeypatch.setattr(services, "PER_NETWORK", few)
    pages = [sign_in(f"x{n}@corp.example", "wrong", client_from()) for n in range(4)]
    assert [page.status_code for page in pages] == [200, 200, 200, 429]
    assert "from your network" in errors(pages[-1])[0]
    assert sign_in(browser=client_from("203.0.113.9")).status_code == 302


@pytest.mark.parametrize(
    "answers",
    [{}, {"username": "ada@corp.example"}, {"password": "x"}, {"username": "", "password": ""}],
)
def test_an_incomplete_form_is_judged_by_nobody(ada: User, client: Client, answers: dict[str, str]):
    response = client.post("/sign-in/", answers)
    assert response.context["form"].errors
    assert kinds() == []


def test_a_name_of_nobody_is_kept_as_a_tag_only(corp: Directory, sign_in: Any):
    sign_in("my secret password", "x")
    body = bytes(AuditRecord.objects.in_directory(corp).get().body)
    assert b"secret" not in body
    assert b'"name":"' in body


def test_the_page_asks_for_what_a_password_manager_fills_in(corp: Directory, client: Client):
    page = client.get("/sign-in/").content.decode()
    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page


def test_looking_at_the_page_writes_nothing(corp: Directory, client: Client):
    response = client.get("/sign-in/")
    assert not Session.objects.exists()
    assert set(response.cookies) == {"csrf"}
    assert "no-store" in response["Cache-Control"]


def test_a_refused_password_is_not_sent_back(ada: User, sign_in: Any):
    assert "wrong" not in sign_in(password="wrong wrong").content.decode()
