from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts.people.models import Directory, User
from accounts.signin import browsers, keys, rules, sessions, tasks
from accounts.signin.models import KnownBrowser, Session
from tests.cast import PASSWORD
from tests.signin.conftest import kinds

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
IDLE = settings.SESSION_IDLE_SECONDS
STAFF_IDLE = settings.STAFF_IDLE_SECONDS
AGE = settings.SESSION_COOKIE_AGE


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock: Any) -> Callable[[int], None]:
    def move(seconds: int) -> None:
        clock.move_to(NOON + timedelta(seconds=seconds))

    return move


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def told(client: Client) -> str:
    return str(client.get("/sign-in/").context["ended"])


def test_a_session_lasts_through_half_an_hour_of_quiet(ada, sign_in, client, later):
    sign_in()
    later(IDLE)
    assert is_in(client)


def test_a_session_ends_after_more_quiet_and_says_why(ada, sign_in, client, later):
    sign_in()
    later(IDLE + 1)
    assert not is_in(client)
    assert "did nothing" in told(client)
    assert kinds()[-1] == "signin.session_ended"


def test_use_keeps_a_session_alive(ada, sign_in, client, later):
    sign_in()
    later(IDLE - 5)
    assert is_in(client)
    later(2 * IDLE - 10)
    assert is_in(client)


def test_people_with_a_role_have_less_time(operator, sign_in, client, later):
    sign_in("operator@corp.example")
    later(STAFF_IDLE + 1)
    assert not is_in(client)


def test_people_with_a_role_have_all_of_it(operator, sign_in, client, later):
    sign_in("operator@corp.example")
    later(STAFF_IDLE)
    assert is_in(client)


def use_until(client: Client, later: Callable[[int], None], end: int) -> None:
    for moment in range(IDLE - 60, end, IDLE - 60):
        later(moment)
        assert is_in(client)
    later(end)


def test_no_use_keeps_a_session_for_longer_than_its_age(ada, sign_in, client, later):
    sign_in()
    use_until(client, later, AGE + 1)
    assert not is_in(client)
    assert "a long time" in told(client)


def test_a_session_reaches_its_full_age(ada, sign_in, client, later):
    sign_in()
    use_until(client, later, AGE)
    assert is_in(client)


def test_a_cookie_kept_for_longer_gains_nothing(ada, sign_in, client, later):
    sign_in()
    client.cookies["session"]["max-age"] = 10 * AGE
    later(AGE + 1)
    assert not is_in(client)


def test_the_reason_is_told_once_signed_in_no_more(ada, sign_in, client, later):
    sign_in()
    later(IDLE + 1)
    is_in(client)
    sign_in()
    assert keys.ENDED not in client.session


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": False},
        {"password": "argon2$another"},
        {"sessions_valid_from": NOON + timedelta(seconds=1)},
    ],
)
def test_a_changed_account_ends_the_session_at_the_next_request(ada, sign_in, client, change):
    sign_in()
    User.objects.in_directory(ada.directory).filter(pk=ada.pk).update(**change)
    assert not is_in(client)
    assert "your account changed" in told(client)


def test_a_disabled_persons_session_is_over_whoever_loads_the_person(ada, sign_in, client):
    sign_in()
    now = int(NOON.timestamp())
    assert rules.why_over(client.session, ada, now) == ""
    ada.enabled = False
    assert rules.why_over(client.session, ada, now) == "account"


@pytest.mark.parametrize("missing", [keys.SIGNED_IN_AT, keys.SEEN_AT])
def test_a_session_without_its_times_does_not_count(ada, sign_in, client, missing):
    sign_in()
    session = client.session
    del session[missing]
    session.save()
    assert not is_in(client)


def test_an_ended_session_stays_ended(ada, sign_in, client, later):
    sign_in()
    cookie = client.cookies["session"].value
    later(IDLE + 1)
    is_in(client)
    later(IDLE)
    client.cookies["session"] = cookie
    assert not is_in(client)


def test_a_made_up_key_is_nobodys(ada, client):
    client.cookies["session"] = "a" * 32
    assert not is_in(client)
    assert not Session.objects.exists()


def test_the_key_itself_is_not_in_the_database(ada, sign_in, client):
    sign_in()
    row = Session.objects.get()
    assert client.cookies["session"].value not in {row.session_key, row.session_data}
    assert row.session_key == sessions.stored_key(client.cookies["session"].value)


def test_a_kept_key_does_not_open_the_session(ada, sign_in, client):
    sign_in()
    client.cookies["session"] = Session.objects.get().session_key
    assert not is_in(client)


def test_a_session_says_whose_and_from_where(ada, client_from, sign_in):
    browser = client_from("198.51.100.7", user_agent="Mozilla/5.0 (iPhone) Mobi")
    sign_in(browser=browser)
    row = Session.objects.get()
    assert (row.user_id, row.device, row.network) == (ada.pk, "phone", "198.51.100.0/24")
    assert row.started_at == row.seen_at == NOON


def test_looking_at_pages_writes_at_most_once_a_minute(
    ada, sign_in, client, later, django_assert_num_queries
):
    sign_in()
    later(59)
    with django_assert_num_queries(2) as seen:
        is_in(client)
    assert not [query for query in seen if query["sql"].startswith("UPDATE")]
    later(60)
    is_in(client)
    assert Session.objects.get().seen_at == timezone.now()


def test_all_sessions_of_a_person_end_at_once(
    ada, ben, client_from, sign_in, django_assert_num_queries
):
    one, two, bens = client_from(), client_from(), client_from()
    for browser, name in ((one, "ada"), (two, "ada"), (bens, "ben")):
        sign_in(f"{name}@corp.example", browser=browser)
    with django_assert_num_queries(1):
        assert sessions.end_sessions(ada) == 2
    assert [is_in(browser) for browser in (one, two, bens)] == [False, False, True]


def test_all_sessions_but_this_one_end(ada, client_from, sign_in):
    here, there = client_from(), client_from()
    sign_in(browser=here)
    sign_in(browser=there)
    sessions.end_sessions(ada, except_key=here.session.session_key)
    assert (is_in(here), is_in(there)) == (True, False)


def test_one_session_ends_by_the_key_that_is_kept(ada, ben, client, sign_in):
    sign_in()
    kept = Session.objects.get().session_key
    assert sessions.end_session(ben, kept) is False
    assert sessions.end_session(ada, kept) is True
    assert not is_in(client)


def test_only_living_sessions_are_listed(ada, client_from, sign_in, later):
    sign_in(browser=client_from())
    later(IDLE + 1)
    sign_in(browser=client_from())
    assert [row.started_at for row in sessions.sessions_of(ada)] == [timezone.now()]


def test_what_has_run_out_is_swept(ada, client, sign_in, later):
    sign_in()
    later(AGE + 1)
    assert tasks.sweep() == 1
    assert not Session.objects.exists()


def test_a_living_session_is_not_swept(ada, client, sign_in, later):
    sign_in()
    later(AGE)
    assert tasks.sweep() == 0


def test_a_browser_is_a_stranger_again_after_a_year(ada, client_from, sign_in, later):
    browser = client_from()
    sign_in(browser=browser)
    later(int(browsers.KEPT.total_seconds()))
    browser.cookies.pop("session")
    assert browsers.sweep() == 0
    assert sign_in(browser=browser).cookies["browser"].value != ""
    assert KnownBrowser.objects.in_directory(ada.directory).count() == 2


def test_signing_in_over_somebodys_session_leaves_nothing_of_it(ada, ben, sign_in, client):
    sign_in()
    session = client.session
    session["reset_attempt"] = "adas"
    session.save()
    client.post("/sign-out/")
    sign_in("ben@corp.example")
    assert client.session[SESSION_KEY] == str(ben.pk)
    assert "reset_attempt" not in client.session


def test_a_sensitive_page_opens_within_ten_minutes_of_the_password(ada, sign_in, client, later):
    sign_in()
    later(600)
    assert client.get("/sensitive/").status_code == 200


def test_a_sensitive_page_asks_for_the_password_afterwards(ada, sign_in, client, later):
    sign_in()
    later(601)
    assert client.get("/sensitive/")["Location"] == "/sign-in/again/?next=/sensitive/"


def test_the_password_again_opens_the_page_under_a_new_key(ada, sign_in, client, later):
    sign_in()
    later(601)
    before = client.session.session_key
    response = client.post("/sign-in/again/?next=/sensitive/", {"password": PASSWORD})
    assert response["Location"] == "/sensitive/"
    assert client.get("/sensitive/").status_code == 200
    assert client.session.session_key != before


def test_a_wrong_password_opens_nothing_and_counts(ada, sign_in, client, later):
    sign_in()
    later(601)
    pages = [client.post("/sign-in/again/", {"password": f"no {n}"}) for n in range(11)]
    assert [page.status_code for page in pages[-2:]] == [429, 429]
    assert client.get("/sensitive/").status_code == 302


def test_nobody_gives_a_password_again(corp: Directory, client):
    assert client.get("/sign-in/again/")["Location"].startswith("/sign-in/?next=")
