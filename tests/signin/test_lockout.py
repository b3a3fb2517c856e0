from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from accounts.people.models import Directory, User
from accounts.people.services import find
from accounts.signin import lockout
from accounts.signin.models import Lockout

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture
def guess(corp: Directory) -> Callable[..., lockout.Reserved]:
    def one(password: str, *, known_browser: bool = False, key: bytes = KEY) -> lockout.Reserved:
        return lockout.reserve(key, password, known_browser, corp)

    return one


@pytest.fixture
def guess_often(guess: Callable[..., lockout.Reserved]) -> Callable[..., list[bool]]:
    def many(times: int, **where: object) -> list[bool]:
        return [guess(f"guess {number}", **where).allowed for number in range(times)]

    return many


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_ten_wrong_passwords_are_compared_and_no_more(guess_often):
    assert guess_often(12) == [True] * 10 + [False] * 2


def test_the_threshold_is_the_directorys(corp, guess_often):
    corp.lockout_threshold = 3
    assert guess_often(4) == [True] * 3 + [False]


def test_a_locked_name_says_until_when(clock, guess, guess_often):
    guess_often(10)
    assert guess("another").until == NOON + timedelta(seconds=60)


def test_the_try_that_locks_knows_that_it_does(clock, guess, guess_often):
    guess_often(9)
    assert guess("the tenth").locks_until == NOON + timedelta(seconds=60)


def test_a_lock_holds_until_its_last_second(clock, guess_often):
    guess_often(10)
    clock.move_to(NOON + timedelta(seconds=59))
    assert lockout.locked_until(KEY)


def test_a_lock_ends_on_time(clock, guess, guess_often):
    guess_often(10)
    clock.move_to(NOON + timedelta(seconds=60))
    assert guess("another").allowed


def test_the_first_wrong_password_after_a_lock_locks_again_for_longer(clock, guess, guess_often):
    guess_often(10)
    clock.move_to(NOON + timedelta(seconds=60))
    assert guess("eleventh").locks_until == NOON + timedelta(seconds=60 + 120)
    assert not guess("twelfth").allowed


def test_a_lock_is_never_longer_than_a_day(clock, guess, guess_often):
    guess_often(10)
    now = NOON
    for number in range(20):
        now = lockout.locked_until(KEY) or now
        clock.move_to(now)
        guess(f"after lock {number}")
    assert lockout.locked_until(KEY) == now + timedelta(hours=24)


def test_the_same_wrong_password_counts_once(guess):
    assert [guess("old password").allowed for _ in range(30)] == [True] * 30
    assert [guess("old password").counted for _ in range(2)] == [False] * 2


def test_only_the_last_three_wrong_passwords_are_remembered(guess, guess_often):
    guess_often(4)
    assert guess("guess 1").counted is False
    assert guess("guess 0").counted is True


def test_no_password_can_be_read_from_what_is_remembered(guess):
    guess("hunter2 hunter2")
    tags = Lockout.objects.get().recent
    assert [len(tag) for tag in tags] == [4]


def test_the_tags_of_two_names_differ(guess):
    assert guess("one").tag != guess("one", key=b"j" * 32).tag


def test_strangers_cannot_lock_a_known_browser_out(guess, guess_often):
    guess_often(11)
    assert guess("mine", known_browser=True).allowed


def test_a_known_browser_is_locked_by_its_own_failures(guess_often):
    assert guess_often(11, known_browser=True)[-1] is False


def test_names_are_locked_one_by_one(guess, guess_often):
    guess_often(11)
    assert guess("guess", key=b"j" * 32).allowed


def test_a_success_forgets_the_failures_of_its_kind_only(guess, guess_often):
    guess_often(9)
    guess_often(9, known_browser=True)
    lockout.clear(KEY, known_browser=True)
    assert guess("x", known_browser=True).locks_until is None
    assert guess("x").locks_until is not None


def test_staff_can_lift_every_lock_of_a_name(guess_often):
    guess_often(11)
    guess_often(11, known_browser=True)
    assert lockout.unlock(KEY) is True
    assert guess_often(2) == [True, True]
    assert lockout.unlock(b"j" * 32) is False


def test_a_day_of_quiet_forgets_the_failures(clock, guess, guess_often):
    guess_often(9)
    clock.move_to(NOON + timedelta(hours=24))
    assert guess("tenth").locks_until is None


def test_less_than_a_day_of_quiet_forgets_nothing(clock, guess, guess_often):
    guess_often(9)
    clock.move_to(NOON + timedelta(hours=24, seconds=-1))
    assert guess("tenth").locks_until is not None


def test_a_try_that_was_not_compared_is_taken_back(guess, guess_often):
    guess_often(9)
    tenth = guess("tenth")
    lockout.release(KEY, False, tenth)
    assert not lockout.locked_until(KEY)
    assert guess("tenth").locks_until is not None


def test_a_repeated_password_takes_nothing_back(guess):
    guess("same")
    lockout.release(KEY, False, guess("same"))
    assert Lockout.objects.get().failures == 1


def test_what_is_forgotten_is_swept(clock, guess_often):
    guess_often(10)
    clock.move_to(NOON + timedelta(hours=24, seconds=61))
    assert lockout.sweep() == 1


def test_a_lock_that_may_grow_is_not_swept(clock, guess_often):
    guess_often(10)
    clock.move_to(NOON + timedelta(hours=24, seconds=30))
    assert lockout.sweep() == 0


def test_a_person_is_counted_under_the_key_their_name_is_found_by(ada: User):
    assert lockout.key_of(ada) == find("ADA@corp.example").name_key


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_compared_ten_times(corp: Directory):
    def one(number: int) -> bool:
        try:
            return lockout.reserve(KEY, f"guess {number}", False, corp).allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as threads:
        allowed = list(threads.map(one, range(50)))
    assert sum(allowed) == 10
