"""What else happens when a name locks, and who is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.people.models import User
from accounts.signin import lockout, services
from accounts.signin.models import Lockout

NOBODY = "nobody@corp.example"


@pytest.fixture
def lock(sign_in: Any) -> Callable[..., None]:
    def wrong_ten_times(name: str = "ada@corp.example") -> None:
        for number in range(10):
            sign_in(name, f"wrong {number}")

    return wrong_ten_times


def test_the_person_is_told_of_the_first_lock(ada: User, lock, run_outbox, postbox):
    lock()
    run_outbox()
    assert [to for to, _subject in postbox.subjects()] == ["ada@mail.example"]
    assert "Too many wrong passwords" in postbox.messages[0]["Subject"]


def test_further_locks_are_told_to_nobody(ada: User, lock, sign_in, run_outbox, postbox):
    lock()
    Lockout.objects.update(locked_until=None)
    assert sign_in(password="one more").status_code == 429
    run_outbox()
    assert len(postbox.messages) == 1


def test_nobodys_lock_writes_the_same_rows_and_no_mail(ada: User, lock, run_outbox, postbox):
    lock()
    somebodys = (Parcel.objects.count(), AuditRecord.objects.in_directory(ada.directory).count())
    lock(NOBODY)
    both = (Parcel.objects.count(), AuditRecord.objects.in_directory(ada.directory).count())
    assert both == (2 * somebodys[0], 2 * somebodys[1])
    run_outbox()
    assert [to for to, _subject in postbox.subjects()] == ["ada@mail.example"]


def test_a_disabled_persons_lock_is_a_lock_too(make_user, lock, run_outbox, postbox):
    make_user("dora", enabled=False)
    lock("dora@corp.example")
    assert Parcel.objects.count() == 1


def test_a_lifted_lock_lets_the_person_in(ada: User, lock, sign_in):
    lock()
    assert sign_in().status_code == 429
    lockout.unlock(lockout.key_of(ada))
    assert sign_in().status_code == 302


def test_a_lock_does_not_end_a_session(ada: User, lock, sign_in, client: Client, client_from):
    sign_in()
    for number in range(11):
        sign_in(password=f"wrong {number}", browser=client_from("203.0.113.9"))
    assert client.get("/account/").status_code == 200


def test_a_known_browser_is_not_held_up_by_its_network(
    ada: User, sign_in, client_from, monkeypatch: pytest.MonkeyPatch
):
    one = replace(services.PER_NETWORK, times=1)
    monkeypatch.setattr(services, "PER_NETWORK", one)
    own = client_from()
    assert sign_in(browser=own).status_code == 302
    own.post("/sign-out/")
    assert sign_in(browser=client_from()).status_code == 429
    assert sign_in(browser=own).status_code == 302


def test_a_network_block_counts_no_wrong_password(
    ada: User, sign_in, client_from, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "PER_NETWORK", replace(services.PER_NETWORK, times=1))
    for _again in range(3):
        sign_in(password="wrong", browser=client_from())
    assert Lockout.objects.get().failures == 1


def test_the_same_wrong_password_again_and_again_locks_nobody(ada: User, sign_in):
    pages = [sign_in(password="the old one") for _again in range(12)]
    assert {page.status_code for page in pages} == {200}


def test_people_to_try_are_shown_in_a_demonstration_only(corp, client: Client, settings: Any):
    assert "Who can be tried here" not in client.get("/sign-in/").content.decode()
    settings.DEMO_PEOPLE = [("ada@corp.example", "has registered")]
    page = client.get("/sign-in/").content.decode()
    assert "Who can be tried here" in page
    assert "has registered" in page
