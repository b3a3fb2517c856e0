"""Limits are exact, rest as long as they say, and forget on time."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.limits.models import Tally
from accounts.limits.services import Limit, blocked_until, clear, spend, sweep
from tests.support.threads import together

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
FIVE = Limit("test.five", times=5, within=HOUR, rest=DAY)
SHARDED = Limit("test.sharded", times=40, within=HOUR, rest=HOUR, shards=4)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as travelling:
        yield travelling


def use_up(limit=FIVE, who="ada"):
    return [spend(limit, who).allowed for _ in range(limit.times)]


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_five_are_allowed_and_the_sixth_is_not(self):
        assert use_up() == [True] * 5
        assert not spend(FIVE, "ada").allowed

    def test_what_is_left_is_told(self):
        assert [spend(FIVE, "ada").left for _ in range(5)] == [4, 3, 2, 1, 0]

    def test_a_refused_try_says_until_when(self, clock):
        use_up()
        assert spend(FIVE, "ada").until == timezone.now() + DAY

    @pytest.mark.parametrize(
        ("waited", "is_allowed"), [(DAY - timedelta(seconds=1), False), (DAY, True)]
    )
    def test_the_rest_ends_on_time(self, clock, waited, is_allowed):
        use_up()
        clock.shift(waited)
        assert spend(FIVE, "ada").allowed is is_allowed

    @pytest.mark.parametrize(("waited", "left"), [(HOUR - timedelta(seconds=1), 0), (HOUR, 4)])
    def test_the_window_ends_on_time(self, clock, waited, left):
        for _ in range(4):
            spend(FIVE, "ada")
        clock.shift(waited)
        assert spend(FIVE, "ada").left == left

    def test_a_refused_try_does_not_lengthen_the_rest(self, clock):
        use_up()
        until = blocked_until(FIVE, "ada")
        clock.shift(HOUR)
        spend(FIVE, "ada")
        assert blocked_until(FIVE, "ada") == until

    def test_one_person_does_not_use_up_another_s(self):
        use_up(who="ada")
        assert spend(FIVE, "ben").allowed

    def test_names_cannot_run_into_each_other(self):
        use_up(who="a")
        assert spend(FIVE, "", "a").allowed
        assert spend(Limit("test.other", 5, HOUR, DAY), "a").allowed

    def test_clearing_forgets(self):
        use_up()
        clear(FIVE, "ada")
        assert blocked_until(FIVE, "ada") is None
        assert spend(FIVE, "ada").left == 4

    def test_looking_counts_nothing(self):
        for _ in range(10):
            blocked_until(FIVE, "ada")
        assert spend(FIVE, "ada").left == 4

    def test_a_limit_of_one_rests_at_once(self, clock):
        once = Limit("test.once", times=1, within=HOUR, rest=DAY)
        spend(once, "ada")
        assert blocked_until(once, "ada") == timezone.now() + DAY

    def test_shards_share_the_times(self):
        assert sum(spend(SHARDED, "all").allowed for _ in range(400)) == 40
        assert blocked_until(SHARDED, "all")

    def test_rows_name_nobody(self):
        spend(FIVE, "ada@corp.example")
        row = Tally.objects.get()
        assert b"ada" not in bytes(row.key)
        assert str(row).startswith("test.five: 1 until")

    def test_what_has_run_out_is_swept(self, clock):
        spend(FIVE, "ada")
        clock.shift(HOUR + timedelta(seconds=1))
        spend(FIVE, "ben")
        assert sweep() == 1

    def test_nobody_else_s_traffic_evicts_a_counter(self):
        """P-C21."""
        use_up()
        for number in range(300):
            spend(FIVE, f"somebody {number}")
        sweep()
        assert not spend(FIVE, "ada").allowed


@pytest.mark.django_db(transaction=True)
def test_a_try_inside_a_transaction_is_refused():
    """It could be rolled back, and then it would not have been counted."""
    with transaction.atomic(), pytest.raises(RuntimeError):
        spend(FIVE, "ada")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_five_are_allowed():
    """I4."""
    assert sum(spent.allowed for spent in together(lambda _: spend(FIVE, "ada"))) == 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_after_the_rest_five_are_allowed():
    with time_machine.travel(timezone.now() - DAY - HOUR):
        use_up()
    assert sum(spent.allowed for spent in together(lambda _: spend(FIVE, "ada"))) == 5
