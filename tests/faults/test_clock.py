"""Clocks that are set while people are in the middle of things (S-F25).

Steps of up to five minutes are corrections. Whatever the clock does, nothing with a short life
gets a long one, and nothing is put off for good.
"""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits import services as limits
from accounts.limits.models import Tally
from accounts.limits.services import Limit
from accounts.outbox import jobs, services
from accounts.outbox.models import Parcel
from accounts.people import passwords
from accounts.signin import lockout
from accounts.signin.models import Lockout, Session
from accounts.tenancy import across_directories
from reset import tasks
from reset.models import Attempt
from tests.apps import code_now
from tests.cast import PASSWORD, add_app
from tests.journeys import NEW, Journey, ResetJourney, can_sign_in

pytestmark = pytest.mark.django_db

BEN = "ben@corp.example"
MINUTE, HOUR, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=365)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as travelling:
        yield travelling


def audited(kind):
    with across_directories("a test looks"):
        return AuditRecord.objects.filter(kind=kind).count()


@pytest.mark.parametrize("step", [5 * MINUTE, -5 * MINUTE])
def test_a_correction_in_the_middle_of_a_reset_is_not_noticed(
    clock, ada, run_outbox, postbox, step
):
    clock.shift(HOUR)  # what Ada has is older than the correction
    journey = ResetJourney().start(ada.user_principal_name).choose()
    run_outbox()
    clock.shift(step)
    assert journey.answer(postbox.code("ada@home.example")).step == "reset:password"
    assert journey.save().step == "reset:done"
    assert can_sign_in(ada.user_principal_name, NEW)


def test_a_clock_set_back_makes_no_code_and_no_attempt_live_longer(clock, ada, run_outbox, postbox):
    """Half an hour back, and a code would be good for forty minutes."""
    journey = ResetJourney().start(ada.user_principal_name).choose()
    run_outbox()
    code = postbox.code("ada@home.example")
    clock.shift(-30 * MINUTE)
    assert journey.answer(code).step == "reset:closed"
    assert Attempt.objects.in_directory(ada.directory).get().proofs.count() == 0
    with across_directories("the periodic job"):
        tasks.close_expired()
    assert audited("reset.expired") == 1


def test_a_code_is_over_by_itself_when_the_clock_is_set_back(clock, ada, run_outbox, postbox):
    """Its attempt may still live: that one was begun later by as much."""
    journey = ResetJourney().start(ada.user_principal_name).choose()
    run_outbox()
    code = postbox.code("ada@home.example")
    clock.shift(-30 * MINUTE)
    with across_directories("a test looks"):
        Attempt.objects.update(expires_at=timezone.now() + 10 * MINUTE)
    journey.answer(code)
    assert Attempt.objects.in_directory(ada.directory).get().proofs.count() == 0


def test_a_clock_that_jumps_ahead_ends_what_is_open_and_says_so(clock, ben):
    journey = ResetJourney().start(BEN).choose(1)
    clock.shift(20 * MINUTE)
    assert journey.answer(code_now()).step == "reset:closed"
    assert can_sign_in(BEN, PASSWORD)


@pytest.mark.parametrize("step", [MINUTE, 10 * MINUTE])
def test_a_password_changed_after_the_clock_was_set_back_ends_what_was_proved(clock, ben, step):
    """The change seems older than the attempt."""
    journey = ResetJourney().start(BEN).choose(1).answer(code_now())
    with across_directories("a test"):
        Attempt.objects.update(expires_at=timezone.now() + 12 * MINUTE - step)
    clock.shift(-step)
    passwords.store(ben, make_password(PASSWORD), must_change=False, now=timezone.now())
    assert "The password was changed after you started" in journey.save().words
    assert not can_sign_in(BEN, NEW)


def test_an_apps_code_is_used_once_whatever_the_clock_does(clock, ben):
    code = code_now()
    assert ResetJourney().start(BEN).choose(1).answer(code).step == "reset:password"
    clock.shift(-5 * MINUTE)
    clock.shift(5 * MINUTE)
    assert ResetJourney().start(BEN).choose(1).answer(code).step == "reset:code"


def test_an_apps_old_code_does_not_come_back_with_the_time(clock, ben):
    """Set back by a minute, the clock is at a code that was used before."""
    earlier = code_now()
    assert ResetJourney().start(BEN).choose(1).answer(earlier).step == "reset:password"
    clock.shift(MINUTE)
    assert ResetJourney().start(BEN).choose(1).answer(code_now()).step == "reset:password"
    clock.shift(-MINUTE)
    assert ResetJourney().start(BEN).choose(1).answer(earlier).step == "reset:code"


def test_a_session_begun_while_the_clock_was_ahead_is_no_longer_one(clock, ben):
    add_app(ben)
    clock.shift(YEAR)
    journey = Journey()
    journey.post("signin:sign_in", username=BEN, password=PASSWORD)
    assert journey.client.get(reverse("account")).status_code == 200
    clock.shift(-YEAR)
    assert journey.client.get(reverse("account")).status_code == 302
    assert not Session.objects.filter(user=ben).exists()


def test_what_was_put_off_by_a_clock_that_was_ahead_is_done(clock, corp, settings):
    """Jobs, parcels, limits and locks of a wrong year do not last until then (I7)."""
    limit = Limit("test.limit", times=1, within=HOUR, rest=HOUR)
    clock.shift(YEAR)
    jobs.run_due()
    limits.spend(limit, "somebody")
    for _ in range(corp.lockout_threshold):
        lockout.reserve(b"k" * 32, str(_), False, corp)
    parcel = services.send("nothing", {}, directory=corp.pk, expires_in=HOUR)
    clock.shift(-YEAR)

    assert set(jobs.run_due()) == set(django_settings.PERIODIC_JOBS)
    assert jobs.run_due() == []
    assert not Tally.objects.filter(limit=limit.name).exists()
    assert not Lockout.objects.exists()
    assert Parcel.objects.get(pk=parcel.pk).due_at <= timezone.now()


def test_a_correction_lifts_no_block(clock, corp):
    limit = Limit("test.limit", times=1, within=HOUR, rest=HOUR)
    limits.spend(limit, "somebody")
    for tag in range(corp.lockout_threshold):
        lockout.reserve(b"k" * 32, str(tag), False, corp)
    clock.shift(-4 * MINUTE)
    limits.sweep()
    lockout.sweep()
    assert not limits.spend(limit, "somebody").allowed
    assert not lockout.reserve(b"k" * 32, "again", False, corp).allowed
