"""How attempts came out, in six words."""

import pytest
import time_machine
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from reports.results import Result, result_of
from reset import services, tasks
from reset.contact import Why
from reset.models import LIFE
from tests.journeys import ResetJourney, words_of
from tests.reports.visits import URL
from tests.reset.scene import STRANGER, begun

pytestmark = pytest.mark.django_db
ADA, NOBODY = "ada@corp.example", "nobody@corp.example"


def records(corp):
    found = AuditRecord.objects.in_directory(corp).filter(attempt__isnull=False)
    return list(found.order_by("at", "pk"))


def closed_later(corp):
    """The attempts' time runs out."""
    with time_machine.travel(timezone.now() + 2 * LIFE, tick=False):
        tasks.close_expired()
    return result_of(records(corp))


def test_a_reset_that_went_through_succeeded(ada, corp, run_outbox, postbox, desk):
    """Acceptance example 18: each attempt has one result, of six."""
    journey = ResetJourney().start(ADA).choose(0)
    run_outbox()
    assert result_of(records(corp)) is None
    journey.answer(postbox.code("ada@home.example")).save()
    found = records(corp)
    assert result_of(found) is Result.SUCCEEDED
    words = words_of(desk.get(f"{URL}attempts/{found[0].attempt}/"))
    assert "Result: Succeeded" in words


def test_one_that_was_stopped_is_cancelled(ada, corp):
    services.stop(begun(ADA), client=STRANGER)
    assert result_of(records(corp)) is Result.CANCELLED


def test_one_that_was_left_is_abandoned(ada, corp):
    begun(ADA)
    assert closed_later(corp) is Result.ABANDONED


def test_one_that_could_not_be_won_failed_however_it_ended(ada, corp):
    begun(NOBODY)
    assert closed_later(corp) is Result.FAILED


def test_one_that_ran_into_a_limit_is_blocked(ada, corp, run_outbox):
    journey = ResetJourney().start(ADA).choose(0)
    run_outbox()
    for number in range(6):
        journey.answer(f"00000{number}").choose(0)
    assert closed_later(corp) is Result.BLOCKED


def test_one_that_talks_fails_at_once(cleo, corp):
    Policy.objects.in_directory(corp).update(talkative=True)
    ResetJourney().start("cleo@corp.example")
    assert result_of(records(corp)) is Result.FAILED


def test_one_that_ended_with_the_helpdesk_says_so(ada, corp, helpdesk):
    journey = ResetJourney().start(ADA)
    journey.post("reset:contact", username=ADA, why=Why.NOTHING_ARRIVES)
    assert closed_later(corp) is Result.CONTACTED
