"""Browsers people are known by, and signing out of them."""

from typing import Any

from django.test import Client

from accounts.people.models import Directory, User
from accounts.signin.models import KnownBrowser, Lockout, Session
from tests.signin.conftest import kinds


def test_a_known_browser_comes_in_while_strangers_are_locked_out(
    ada: User, sign_in: Any, client_from: Any
):
    own, thief = client_from(), client_from("203.0.113.9")
    assert sign_in(browser=own).status_code == 302
    own.post("/sign-out/")
    for number in range(11):
        sign_in(password=f"wrong {number}", browser=thief)
    assert sign_in(browser=thief).status_code == 429
    assert sign_in(browser=own).status_code == 302


def test_somebody_elses_known_browser_is_a_stranger(
    ada: User, ben: User, sign_in: Any, client_from: Any
):
    bens = client_from()
    sign_in("ben@corp.example", browser=bens)
    bens.post("/sign-out/")
    sign_in(password="wrong", browser=bens)
    assert Lockout.objects.get().known_browser is False


def test_the_browser_is_known_after_signing_in(ada: User, sign_in: Any):
    cookie = sign_in().cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 365 * 86_400
    assert KnownBrowser.objects.in_directory(ada.directory).get().token_hash != cookie.value


def test_a_refusal_makes_no_browser_known(ada: User, sign_in: Any):
    assert "browser" not in sign_in(password="wrong").cookies


def test_a_token_that_is_not_ours_is_replaced(ada: User, sign_in: Any, client: Client):
    client.cookies["browser"] = planted = "planted-by-a-thief-1234"
    assert sign_in().cookies["browser"].value != planted


def test_two_people_can_share_a_browser(ada: User, ben: User, sign_in: Any, client: Client):
    token = sign_in().cookies["browser"].value
    client.post("/sign-out/")
    assert sign_in("ben@corp.example").cookies["browser"].value == token
    assert KnownBrowser.objects.in_directory(ada.directory).count() == 2


def test_signing_out_ends_the_session(ada: User, sign_in: Any, client: Client):
    sign_in()
    response = client.post("/sign-out/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(user=ada).exists()
    assert client.get("/account/").status_code == 302
    assert kinds()[-1] == "signin.signed_out"


def test_following_a_link_signs_nobody_out(ada: User, sign_in: Any, client: Client):
    sign_in()
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200


def test_signing_out_twice_is_harmless(corp: Directory, client: Client):
    assert client.post("/sign-out/").status_code == 302
    assert kinds() == []
