"""A person's own page: password, ways to get back in, and what happened."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.people.models import Directory, Source, StoreKind, User
from accounts.policy.models import Policy
from accounts.signin.events import SignInLocked, SignInRefused
from accounts.signin.models import Lockout
from registration.models import Factor
from tests.audit.happenings import VISITOR, Rang
from tests.journeys import words_of
from tests.reports.visits import enter, happen, link_on
from writeback import stores
from writeback.stores.base import Away, Demands, State
from writeback.stores.memory import Memory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def adas(ada):
    return enter(Client(), ada, second_factor=False)


def words(client, address="/account/"):
    return words_of(client.get(address))


def set_to(user, **fields):
    User.objects.in_directory(user.directory_id).filter(pk=user.pk).update(**fields)


@pytest.mark.parametrize(
    ("days", "fields", "told"),
    [
        (None, {}, "New today Does not expire"),
        (90, {}, "New today Expires on 18 February 2027"),
        (90, {"password_changed_at": NOON - timedelta(days=1)}, "1 day old Expires on"),
        (90, {"password_changed_at": NOON - timedelta(days=91)}, "Expired Since 19 November 2026"),
        (90, {"password_never_expires": True}, "New today Does not expire"),
        (None, {"must_change_password": True}, "Change it now Choose a new one"),
        (None, {"password_changed_at": None}, "Age not known Does not expire"),
    ],
)
def test_a_password_kept_here_says_how_old_it_is_and_till_when_it_is_good(
    ada, adas, days, fields, told
):
    Directory.objects.update(password_max_age_days=days)
    set_to(ada, **fields)
    client = enter(Client(), User.objects.in_directory(ada.directory_id).get(pk=ada.pk))
    assert told in words(client)


class Telling(Memory):
    """A store elsewhere that says what a test wants it to."""

    said: State | None = State()

    def describe(self, user):
        if self.said is None:
            raise Away
        return self.said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (State(), "Age not known Your directory names no day on which it expires"),
        (State(password_expires_at=NOON + timedelta(days=3)), "Expires on 23 November 2026"),
        (State(password_expires_at=NOON), "Expired Since 20 November 2026"),
        (State(locked=True), "Locked Unlock it"),
        (State(locked=True, locked_until=NOON + timedelta(hours=1)), "paused until 20 November"),
        (State(demands=Demands(14)), "asks of a password: 14 characters or more"),
        (None, "Your directory could not be asked just now"),
    ],
)
def test_a_password_elsewhere_is_what_its_store_says(ada, monkeypatch, settings, said, told):
    settings.STORES = {**settings.STORES, "memory": f"{__name__}.Telling"}
    stores.forget()
    Directory.objects.update(store_kind=StoreKind.MEMORY)
    set_to(ada, source=Source.SYNCHRONIZED, password_changed_at=NOON)
    monkeypatch.setattr(Telling, "said", said)
    try:
        ada = User.objects.in_directory(ada.directory_id).get(pk=ada.pk)
        page = words(enter(Client(), ada))
    finally:
        stores.forget()
    assert told in page
    assert "New today" not in page, "passwords elsewhere change without our knowing"


def test_a_password_that_nothing_here_reaches_breaks_no_page(ada):
    set_to(ada, source=Source.FEDERATED)
    ada = User.objects.in_directory(ada.directory_id).get(pk=ada.pk)
    assert "could not be asked" in words(enter(Client(), ada))


def test_a_lock_by_strangers_is_told_to_whom_it_locks(ada, adas):
    assert "Open Not locked, no pauses" in words(adas)
    for one in range(ada.directory.lockout_threshold):
        Client().post("/sign-in/", {"username": ada.user_principal_name, "password": f"no {one}"})
    assert Lockout.objects.exclude(locked_until=None).exists()
    assert "Locked Signing in elsewhere is paused until 20 November 2026, 12:01" in words(adas)


def test_what_is_registered_is_shown_at_a_glance(ben):
    client = enter(Client(), ben)
    page = words(client)
    assert "1 of 1 You are covered" in page
    assert "Alternate email confirmed 20 November 2026" in page
    assert "ben@home.example" not in page, "a glance over the shoulder need not see it"
    factors = Factor.objects.in_directory(ben.directory_id).filter(user=ben)
    factors.filter(method="alternate_email").update(disabled_at=timezone.now())
    assert "out of use" in words(client)


def test_who_may_not_reset_is_not_told_to_register(ada, adas):
    Policy.objects.in_directory(ada.directory_id).update(self_service_reset=False)
    page = words(adas)
    assert "has not switched this on" in page
    assert "Set them up now" not in page


def test_own_activity_is_told_in_words_with_time_place_and_outcome(ada, adas):
    happen(ada.directory, SignInRefused(because="password", known_browser=False), subject=ada)
    page = words(adas)
    assert "20 Nov Could not sign in (password) 20 November 2026, 12:00 UTC" in page
    assert VISITOR.network in page
    assert "Failed" in page


def test_times_and_days_are_those_of_the_directory(ada, adas):
    Directory.objects.update(time_zone="Pacific/Auckland")
    happen(ada.directory, Rang(), subject=ada)
    with time_machine.travel(NOON, tick=False):
        assert "21 Nov" in words(adas)
        assert "01:00" in words(adas, "/account/activity/")


def test_facts_are_told_in_the_readers_words(ada, adas):
    event = SignInLocked(until="2026-11-20T12:30:00+00:00", known_browser=False)
    happen(ada.directory, event, subject=ada)
    assert "until 20 November 2026, 12:30 (UTC)" in words(adas)


def test_nothing_of_anybody_else_is_told(ada, ben, corp, other, adas):
    far = User.objects.create(
        directory=other, user_principal_name="x@other.example", display_name="X", upn_key="x"
    )
    happen(corp, SignInRefused(because="others", known_browser=False), subject=ben)
    happen(corp, SignInRefused(because="nobody", known_browser=False), name_key=b"k")
    happen(other, SignInRefused(because="far", known_browser=False), subject=far)
    happen(corp, SignInRefused(because="acted", known_browser=False), subject=ben, actor=ada)
    page = words(adas) + words(adas, "/account/activity/")
    for reason in ("others", "nobody", "far", "acted"):
        assert f"({reason})" not in page


def test_staff_have_no_name_on_a_persons_page(ada, helpdesk, adas):
    happen(ada.directory, Rang(), subject=ada, actor=helpdesk)
    for address in ("/account/", "/account/activity/"):
        page = adas.get(address).content.decode()
        assert "by the helpdesk or an administrator" in page
        assert helpdesk.display_name not in page
        assert helpdesk.user_principal_name not in page


def test_a_long_list_is_read_page_by_page(ada, adas):
    for _one in range(120):
        happen(ada.directory, Rang(), subject=ada)
    assert "Show everything" in words(adas)
    address, seen = "/account/activity/", 0
    for _page in range(3):
        page = adas.get(address).content.decode()
        seen += page.count("<time datetime=")
        address = f"/account/activity/{link_on(page, 'Older')}"
    assert seen == 120
    assert link_on(page, "Older") == ""
    newer = adas.get(f"/account/activity/{link_on(page, 'Newer')}").content.decode()
    assert newer.count("<time datetime=") == 50


@pytest.mark.parametrize("mark", ["x", "1.", "-1.5", "9" * 40, "%00", "1700000000000000.1"])
def test_a_mark_that_is_none_breaks_nothing(ada, adas, mark):
    assert adas.get("/account/activity/", {"older": mark}).status_code == 200
    assert adas.get("/account/activity/", {"newer": mark}).status_code == 200


@pytest.mark.parametrize("address", ["/account/", "/account/activity/"])
def test_the_pages_only_look_and_are_kept_by_no_cache(adas, address):
    assert adas.post(address).status_code == 405
    assert "no-store" in adas.get(address)["Cache-Control"]
    moved = Client().get(address)
    assert (moved.status_code, moved["Location"]) == (302, f"/sign-in/?next={address}")
