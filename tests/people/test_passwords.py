"""Storing passwords, remembering former ones, and when one is due."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.people import passwords
from accounts.people.models import PasswordRecord, Source, User
from accounts.policy.models import Policy
from tests import cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OTHER = "an entirely new kettle"


def replace(user: User, password: str, keep: int, now: datetime = NOW) -> None:
    passwords.remember(user, user.password, keep, now=now)
    passwords.store(user, make_password(password), must_change=False, now=now)


def records(user: User) -> list[str]:
    found = PasswordRecord.objects.in_directory(user.directory_id).filter(user=user)
    return list(found.order_by("replaced_at").values_list("password", flat=True))


def test_storing_sets_the_password_and_ends_every_session(ada: User):
    session = ada.get_session_auth_hash()
    passwords.store(ada, make_password(OTHER), must_change=False, now=NOW)
    ada.refresh_from_db()
    assert check_password(OTHER, ada.password)
    assert (ada.password_changed_at, ada.sessions_valid_from) == (NOW, NOW)
    assert ada.get_session_auth_hash() != session


@pytest.mark.parametrize("must_change", [True, False])
def test_storing_says_whether_it_must_be_changed(ada: User, must_change: bool):
    ada.must_change_password = not must_change
    passwords.store(ada, make_password(OTHER), must_change=must_change, now=NOW)
    ada.refresh_from_db()
    assert ada.must_change_password is must_change


def test_storing_touches_nothing_else(ada: User):
    ada.display_name = "not to be saved"
    passwords.store(ada, make_password(OTHER), must_change=False, now=NOW)
    ada.refresh_from_db()
    assert ada.display_name == "Ada"


def test_the_current_password_is_in_the_history(ada: User):
    assert passwords.in_history(ada, cast.PASSWORD, Policy(history_length=0))


def test_a_new_password_is_not(ada: User):
    assert not passwords.in_history(ada, OTHER, Policy(history_length=24))


@pytest.mark.parametrize(("ago", "known"), [(1, True), (2, True), (3, False)])
def test_as_many_former_passwords_are_known_as_the_policy_says(ada: User, ago: int, known: bool):
    for turn in range(3):
        replace(ada, f"kettle number {turn}", keep=24, now=NOW + timedelta(days=turn))
    former = [cast.PASSWORD, "kettle number 0", "kettle number 1"][-ago]
    assert passwords.in_history(ada, former, Policy(history_length=2)) is known


def test_somebody_elses_former_password_is_not_in_the_history(ada: User, ben: User):
    replace(ben, OTHER, keep=5)
    replace(ben, "yet another kettle here", keep=5)
    assert not passwords.in_history(ada, OTHER, Policy(history_length=5))


def test_no_policy_remembers_what_a_new_policy_would(ada: User):
    replace(ada, OTHER, keep=5)
    assert passwords.in_history(ada, cast.PASSWORD, None)


def test_the_oldest_are_forgotten(ada: User, ben: User):
    replace(ben, OTHER, keep=2)
    hashes = []
    for turn in range(4):
        hashes.append(ada.password)
        replace(ada, f"kettle number {turn}", keep=2, now=NOW + timedelta(days=turn))
    assert records(ada) == hashes[-2:]
    assert len(records(ben)) == 1


def test_a_policy_without_history_forgets_everything(ada: User):
    replace(ada, OTHER, keep=5)
    replace(ada, "yet another kettle here", keep=0)
    assert records(ada) == []


def test_a_password_that_opens_nothing_is_not_remembered(ada: User):
    passwords.remember(ada, make_password(None), 5, now=NOW)
    assert records(ada) == []
    ada.password = make_password(None)
    assert not passwords.in_history(ada, cast.PASSWORD, Policy(history_length=5))


def aged(user: User, days: int, **fields: object) -> User:
    user.directory.password_max_age_days = 90
    user.password_changed_at = NOW - timedelta(days=days)
    for name, value in fields.items():
        setattr(user, name, value)
    return user


@pytest.mark.parametrize(("early", "due"), [(1, False), (0, True), (-1, True)])
def test_a_password_is_due_from_the_last_second_of_its_days(ada: User, early: int, due: bool):
    assert passwords.is_due(aged(ada, 90), NOW - timedelta(seconds=early)) is due


def test_without_an_age_in_the_directory_nothing_expires(ada: User):
    user = aged(ada, 10_000)
    user.directory.password_max_age_days = None
    assert not passwords.is_due(user, NOW)
    assert passwords.expires_at(user) is None


@pytest.mark.parametrize(
    "spared",
    [
        {"password_never_expires": True},
        {"source": Source.SYNCHRONIZED},
        {"source": Source.FEDERATED},
    ],
)
def test_some_passwords_never_expire_here(ada: User, spared: dict[str, object]):
    assert not passwords.is_due(aged(ada, 91, **spared), NOW)


def test_a_password_marked_for_change_is_due_whatever_its_age(ada: User):
    assert passwords.is_due(aged(ada, 0, must_change_password=True), NOW)
    assert passwords.is_due(
        aged(ada, 0, must_change_password=True, password_never_expires=True), NOW
    )


def test_a_password_of_unknown_age_is_as_old_as_the_account(ada: User):
    user = aged(ada, 0, password_changed_at=None, created_at=NOW - timedelta(days=90))
    assert passwords.is_due(user, NOW)
    assert passwords.expires_at(user) == NOW
