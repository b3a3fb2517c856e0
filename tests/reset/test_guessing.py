"""Codes sprayed over many accounts trip the breaker, and people go on more slowly (S-C19)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.people.models import Directory
from accounts.tenancy import across_directories
from reset import breaker, guessing
from reset.models import AnswerCount, Strain
from tests.admin.conftest import as_role
from tests.journeys import ResetJourney

__all__ = ["as_role"]
pytestmark = pytest.mark.django_db


def wrong(directory, count, ago=timedelta(0), shard=0):
    """So many wrong answers of strangers, in the ten minutes of that moment."""
    began = breaker.period_of(timezone.now() - ago)
    AnswerCount.objects.create(directory=directory, began_at=began, shard=shard, wrong=count)


def watch():
    with across_directories("as a periodic job does"):
        return guessing.watch()


def kinds():
    records = AuditRecord.objects.filter(kind__startswith="reset.guess").order_by("pk")
    return list(records.values_list("kind", flat=True))


def test_ten_thousand_sprayed_codes_trip_the_breaker_once(corp, other, administrator):
    """S-C19: two wrong ones for each of 5000 names stop nobody's own limit."""
    for shard in range(8):
        wrong(corp, 1250, shard=shard)
    assert watch() == 2  # so many strain the other directory, too
    assert watch() == 0
    assert breaker.is_strained(corp)
    assert kinds() == ["reset.guessing_noticed"] * 2
    told = [one.payload["user"] for one in Parcel.objects.filter(kind="notice", directory=corp)]
    assert administrator.pk in told


@pytest.mark.parametrize(("count", "trips"), [(30, False), (31, True)])
def test_the_floor_of_a_quiet_directory(corp, count, trips):
    wrong(corp, count)
    assert watch() == trips
    assert breaker.is_strained(corp) is trips


@pytest.mark.parametrize(("count", "trips"), [(200, False), (201, True)])
def test_what_is_usual_is_learned_and_has_a_ceiling(corp, count, trips):
    for days in range(1, 8):
        wrong(corp, 40, timedelta(days=days))
    wrong(corp, 9000, timedelta(days=8))
    wrong(corp, count)
    assert guessing.bound_of(corp) == 200
    assert watch() == trips


def test_whoever_guesses_a_little_more_each_day_meets_the_ceiling(corp):
    for days in range(1, 14):
        wrong(corp, 5000, timedelta(days=days))
    assert guessing.bound_of(corp) == guessing.CEILING


def test_guesses_spread_over_directories_are_seen_together(corp, other):
    wrong(corp, 20)
    wrong(other, 20)
    assert watch() == 2
    assert breaker.is_strained(corp)
    assert breaker.is_strained(other)


def test_it_ends_by_itself_after_the_quiet(corp):
    wrong(corp, 100)
    watch()
    now = timezone.now()
    for minutes in range(0, 100, 10):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            watch()
            assert breaker.is_strained(corp) is (minutes <= 60), minutes
    assert kinds() == ["reset.guessing_noticed", "reset.guessing_over"]


def test_what_staff_have_put_aside_counts_no_more(corp, as_role):
    wrong(corp, 100)
    watch()
    as_role("directory_administrator").post(reverse("admin:reset_strain_restore", args=[corp.pk]))
    assert not breaker.is_strained(corp)
    assert watch() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        wrong(corp, 100)
        assert watch() == 1


@pytest.mark.parametrize("chosen", [False, True])
def test_resets_are_left_to_the_helpdesk_only_where_that_was_chosen(ada, corp, chosen):
    """Alike for somebody and nobody, at the start and on the way."""
    begun = ResetJourney().start("ada@corp.example")
    Directory.objects.update(helpdesk_only_when_guessed=chosen, bot_challenge="off")
    wrong(corp, 100)
    watch()
    headings = {begun.get("reset:method").heading}
    for name in ("ada@corp.example", "nobody.here@corp.example"):
        headings.add(ResetJourney().start(name).heading)
    paused = "Only the helpdesk resets passwords just now"
    assert (headings == {paused}) is chosen
    assert chosen or paused not in headings


def test_staff_leave_resets_to_the_helpdesk_after_being_asked_again(ada, corp, as_role):
    admin, page = as_role("user_administrator"), reverse("admin:reset_strain_changelist")
    address = reverse("admin:reset_strain_helpdesk", args=[corp.pk])
    admin.get(address)
    assert b'name="sure"' in admin.post(address).content
    assert not breaker.state_of(corp).helpdesk_only
    admin.post(address, {"sure": "yes"})
    assert breaker.state_of(corp).helpdesk_only
    assert b"Only the helpdesk resets passwords just now." in admin.get(page).content
    assert AuditRecord.objects.filter(kind="reset.left_to_helpdesk").count() == 1


def test_nobody_switches_it_in_another_directory(corp, other, as_role):
    admin = as_role("directory_administrator")
    address = reverse("admin:reset_strain_helpdesk", args=[other.pk])
    assert admin.post(address, {"sure": "yes"}).status_code == 404
    assert not Strain.objects.in_directory(other).exists()
