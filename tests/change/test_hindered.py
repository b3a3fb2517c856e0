"""When no password would do: the organisation's own directory, or too soon."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory
from accounts.policy import services as policies
from accounts.policy.models import Policy
from change import services
from reset import services as resets
from tests.change.test_change import ADA, change, sign_in
from tests.journeys import NEW, can_sign_in
from tests.reset.scene import STRANGER, proved
from tests.support import canary
from tests.support.memory import move_to_memory
from writeback import stores
from writeback.models import Write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANOTHER = "quite another sentence of words"


@pytest.fixture
def memory(ada):
    yield move_to_memory(ada)
    stores.forget()


def why(person):
    record = AuditRecord.objects.in_directory(person.directory).get(kind="change.refused")
    return json.loads(bytes(record.body))["facts"]["why"]


@pytest.mark.parametrize(
    "outside", [{"self_service_reset": False}, {"writeback_enabled": False}, None]
)
def test_somebody_out_of_scope_hears_of_the_scope_and_not_of_rules(memory, ada, corp, outside):
    """Acceptance example 17: a password that would do gets no answer about passwords."""
    policies = Policy.objects.in_directory(corp)
    if outside:
        policies.update(**outside)
    else:
        policies.all().delete()
    journey = sign_in().get("change:change")
    assert journey.heading == "Your password can’t be changed here"
    assert "new_password" not in journey.page.content.decode()
    change(journey)
    assert journey.page.status_code == 403
    assert journey.heading == "Your password can’t be changed here"
    assert why(ada) == "scope"
    assert not Write.objects.in_directory(corp).exists()
    assert can_sign_in(ADA)


def test_somebody_in_scope_changes_it_in_that_directory(memory, ada):
    change(sign_in())
    assert memory.entries[ada.upn_key].password == NEW


def test_the_scope_is_not_asked_of_passwords_kept_here(ada, corp):
    Policy.objects.in_directory(corp).update(self_service_reset=False, writeback_enabled=False)
    assert change(sign_in()).step == "account"


def test_a_directory_that_nothing_reaches_is_out_of_scope(ada):
    """Signing in would fail before; a session from before the move must not get further."""
    journey = sign_in()
    ada.source = "federated"
    ada.save()
    assert journey.get("change:change").heading == "Your password can’t be changed here"


def test_the_switch_for_people_without_a_role_says_nothing_of_those_with_one(
    memory, make_user, corp
):
    Policy.objects.in_directory(corp).update(self_service_reset=False)
    rita = make_user("rita", roles=("reports_reader",), source="synchronized")
    rita.directory = Directory.objects.get(pk=corp.pk)
    assert services.hindrance(rita, policies.effective(rita)) is None
    Policy.objects.in_directory(corp).update(writeback_enabled=False)
    assert services.hindrance(rita, policies.effective(rita)) == services.Hindrance("scope")


@pytest.fixture
def a_day_between(ada, corp):
    Policy.objects.in_directory(corp).update(password_min_age_hours=24)
    Directory.objects.update(time_zone="Asia/Tokyo")
    ada.password_changed_at = NOON
    ada.save()


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_a_change_too_soon_says_from_when_it_works(a_day_between, ada):
    """In the directory's own time, before anybody types, and for what was typed."""
    until = "You can’t change your password until 21 November 2026, 21:00 (JST)"
    with at(NOON + timedelta(hours=24, seconds=-1)):
        journey = sign_in()
        assert journey.get("change:change").heading == until
        assert change(journey).heading == until
        assert why(ada) == "too_young"
        assert can_sign_in(ADA)


def test_a_day_later_it_works(a_day_between):
    with at(NOON + timedelta(hours=24)):
        assert change(sign_in()).step == "account"
        assert can_sign_in(ADA, NEW)


def test_a_password_that_must_be_changed_does_not_wait(a_day_between, ada):
    ada.must_change_password = True
    ada.save()
    with at(NOON + timedelta(hours=1)):
        assert change(sign_in()).step == "portal"
        assert can_sign_in(ADA, NEW)


def test_a_new_password_waits_in_its_turn_and_a_policy_without_hours_never(ada, corp):
    journey = change(sign_in())
    assert change(journey, current=NEW, new=ANOTHER).step == "account"
    Policy.objects.in_directory(corp).update(password_min_age_hours=1)
    assert change(journey, current=ANOTHER, new=NEW).heading.startswith("You can’t change")


def test_a_reset_never_waits(ben, corp):
    Policy.objects.in_directory(corp).update(password_min_age_hours=720)
    attempt = proved("ben@corp.example")
    finished = resets.finish(attempt, canary.watch(NEW), client=STRANGER)
    assert not finished.problems
    assert can_sign_in("ben@corp.example", NEW)
