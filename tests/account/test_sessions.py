"""Where somebody is signed in, and signing out there from here."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from accounts.audit.models import AuditRecord
from accounts.people.models import User
from accounts.policy.models import Policy
from accounts.signin import own_sessions, sessions
from accounts.signin.models import Session
from tests.cast import PASSWORD
from tests.journeys import words_of
from tests.reports.visits import enter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OTHERS = "/account/sessions/others/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def here(ada):
    return enter(Client(), ada, second_factor=False)


def elsewhere(user, address="198.51.100.7", agent="Mozilla/5.0 (iPhone) Mobi"):
    browser = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    answer = {"username": user.user_principal_name, "password": PASSWORD}
    browser.post("/sign-in/", answer)
    return browser


def key_of(browser):
    return sessions.stored_key(browser.session.session_key)


def end(browser, key):
    return browser.post(f"/account/sessions/{key}/", follow=True)


def is_in(browser):
    return browser.get("/account/").status_code == 200


def told(kind):
    return [
        bytes(found.body).decode() for found in AuditRecord.objects.filter(kind=f"signin.{kind}")
    ]


def test_every_place_is_listed_and_the_own_one_marked(ada, here, clock):
    elsewhere(ada)
    clock.move_to(NOON + timedelta(minutes=5))
    page = words_of(here.get("/account/"))
    assert page.count("This device") == 1
    assert "Phone 198.51.100.0/24 · last used 20 Nov, 12:00 UTC" in page
    assert "Sign out everywhere else" in page


def test_who_is_signed_in_here_alone_is_offered_nothing_to_end(here):
    assert "everywhere else" not in words_of(here.get("/account/")).partition("not you?")[0]


def test_a_session_ended_from_here_is_dead_there(ada, here):
    there = elsewhere(ada)
    cookie = there.cookies["session"].value
    page = end(here, key_of(there))
    assert "Signed out there" in words_of(page)
    assert (is_in(here), is_in(there)) == (True, False)
    there.cookies["session"] = cookie
    assert not is_in(there)
    assert (
        '"session_device":"phone","session_network":"198.51.100.0/24"' in told("ended_elsewhere")[0]
    )


def test_a_session_at_work_while_it_ends_stays_dead(ada, here):
    """What another request still holds in memory must not bring the row back."""
    there = elsewhere(ada)
    held = there.session
    held["seen_at"] = 1
    end(here, key_of(there))
    with pytest.raises(UpdateError):
        held.save()
    assert not is_in(there)


def test_all_others_end_at_once(ada, ben, here):
    places = [elsewhere(ada), elsewhere(ada, "203.0.113.9", "Mozilla/5.0 (X11)")]
    bens = elsewhere(ben)
    page = here.post(OTHERS, follow=True)
    assert "Signed out in 2 other places" in words_of(page)
    assert [is_in(one) for one in (here, *places, bens)] == [True, False, False, True]
    assert len(told("ended_everywhere_else")) == 1


def test_with_no_others_nothing_is_told(here):
    assert "not signed in anywhere else" in words_of(here.post(OTHERS, follow=True))
    assert not told("ended_everywhere_else")


def test_an_unfinished_sign_in_is_seen_and_ended(cleo):
    here = enter(Client(), cleo, second_factor=False)
    Policy.objects.in_directory(cleo.directory_id).update(registration_required=True)
    there = elsewhere(cleo)
    assert "Sign-in not finished" in words_of(here.get("/account/"))
    end(here, key_of(there))
    assert Session.objects.filter(user=cleo).count() == 1


@pytest.mark.parametrize("whose", ["somebody else's", "stale", "own", "made up", "odd"])
def test_what_is_no_other_session_of_ones_own_ends_nothing(ada, ben, here, whose):
    bens, gone = elsewhere(ben), elsewhere(ada)
    key = {
        "somebody else's": key_of(bens),
        "stale": key_of(gone),
        "own": key_of(here),
        "made up": "0" * 40,
        "odd": "x",
    }[whose]
    sessions.end_session(ada, key_of(gone))
    for answer in (end(here, key), here.get(f"/account/sessions/{key}/", follow=True)):
        assert "That session is over already" in words_of(answer)
    assert (is_in(here), is_in(bens)) == (True, True)
    assert not told("ended_elsewhere")


def test_a_key_of_the_database_opens_no_session(ada, here):
    there = elsewhere(ada)
    thief = Client()
    thief.cookies["session"] = key_of(there)
    assert not is_in(thief)


def test_looking_ends_nothing(ada, here):
    there = elsewhere(ada)
    for address in (OTHERS, f"/account/sessions/{key_of(there)}/"):
        assert here.get(address).status_code == 200
        assert here.head(address).status_code == 200
        assert here.put(address).status_code == 405
    assert is_in(there)


def test_a_form_from_elsewhere_ends_nothing(ada):
    here = enter(Client(enforce_csrf_checks=True), ada, second_factor=False)
    there = elsewhere(ada)
    assert here.post(OTHERS).status_code == 403
    assert here.post(f"/account/sessions/{key_of(there)}/").status_code == 403
    assert is_in(there)


def test_the_password_is_asked_again_before_anything_ends(ada, here, clock):
    """Whoever finds an open browser cannot sign its owner out everywhere."""
    clock.move_to(NOON + timedelta(minutes=11))
    there = elsewhere(ada)
    one = f"/account/sessions/{key_of(there)}/"
    for address in (OTHERS, one):
        asked = here.post(address)
        assert asked["Location"] == f"/sign-in/again/?next={address}"
    assert is_in(there)
    back = here.post(f"/sign-in/again/?next={one}", {"password": PASSWORD}, follow=True)
    assert "Sign out there?" in words_of(back)
    end(here, key_of(there))
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_stranger_ends_nothing(ada):
    there = elsewhere(ada)
    for address in (OTHERS, f"/account/sessions/{key_of(there)}/"):
        assert Client().post(address)["Location"].startswith("/sign-in/?next=")
    assert is_in(there)


def test_a_session_that_is_quiet_too_long_for_a_role_is_not_listed(helpdesk, settings, clock):
    elsewhere_key = enter(Client(), helpdesk)
    clock.move_to(NOON + timedelta(seconds=settings.STAFF_IDLE_SECONDS + 1))
    here = enter(Client(), helpdesk)
    fresh = User.objects.in_directory(helpdesk.directory_id).get(pk=helpdesk.pk)
    shown = own_sessions.listed(fresh, here.session.session_key)
    assert [one.current for one in shown] == [True]
    assert elsewhere_key is not here
