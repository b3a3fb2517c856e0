"""Changing a password one knows."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from change import services, tasks
from tests.cast import PASSWORD
from tests.journeys import NEW, Journey, can_sign_in
from tests.reset.scene import STRANGER
from tests.support import canary
from tests.support.memory import move_to_memory
from writeback import stores
from writeback.models import Outcome, Write
from writeback.stores.base import Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

ADA = "ada@corp.example"


def sign_in(name=ADA, password=PASSWORD):
    return Journey().post("signin:sign_in", username=name, password=canary.watch(password))


def change(journey, current=PASSWORD, new=NEW):
    canary.watch(new)
    return journey.post("change:change", current_password=current, new_password=new)


def problems(journey, field="new_password"):
    return [e.code for e in journey.page.context["form"].errors.as_data().get(field, [])]


def test_the_new_password_works_and_the_old_does_not(ada):
    change(sign_in())
    assert can_sign_in(ADA, NEW)
    assert not can_sign_in(ADA, PASSWORD)


def test_this_session_goes_on_and_the_others_end(ada):
    here, elsewhere = sign_in(), sign_in()
    change(here)
    assert here.get("account").step == "account"
    assert elsewhere.get("account").step == "signin:sign_in"


def test_a_wrong_current_password_changes_nothing(ada):
    journey = change(sign_in(), current="wrong wrong wrong wrong")
    assert problems(journey, "current_password") == ["refused"]
    assert can_sign_in(ADA, PASSWORD)
    assert not Write.objects.in_directory(ada.directory).exists()


def test_wrong_current_passwords_count_towards_the_lock(ada):
    journey = sign_in()
    for number in range(10):
        change(journey, current=f"wrong password number {number}")
    assert problems(journey, "current_password") == ["locked"]


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        ("short", "length"),
        (PASSWORD, "used"),
        ("x" * 257, "length"),
        ("ada.corp.ada.corp.ada", "names"),
    ],
)
def test_a_refusal_names_its_rule(ada, new, rule):
    journey = change(sign_in(), new=new)
    assert rule in problems(journey)


def test_a_former_password_is_refused(ada, corp):
    Policy.objects.in_directory(corp).update(history_length=2)
    journey = change(sign_in())
    change(journey, current=NEW, new=PASSWORD)
    assert problems(journey) == ["used"]


def test_a_password_older_than_the_history_is_accepted(ada, corp):
    Policy.objects.in_directory(corp).update(history_length=1)
    journey = change(sign_in())
    change(journey, current=NEW, new="quite another sentence of words")
    change(
        journey, current="quite another sentence of words", new="and one more of those sentences"
    )
    change(journey, current="and one more of those sentences", new=NEW)
    assert can_sign_in(ADA, NEW)


def test_a_flagged_password_must_be_changed_before_anything_else(ada):
    ada.must_change_password = True
    ada.save()
    journey = sign_in()
    assert journey.step == "change:change"
    assert journey.get("account").step != "account"
    change(journey)
    assert journey.get("account").step == "account"
    ada.refresh_from_db()
    assert not ada.must_change_password


@pytest.mark.parametrize(("age", "is_forced"), [(29, False), (30, True)])
def test_an_expired_password_must_be_changed(ada, corp, age, is_forced):
    corp.password_max_age_days = 30
    corp.save()
    with time_machine.travel(ada.password_changed_at + timedelta(days=age), tick=False):
        assert (sign_in().step == "change:change") is is_forced


def test_a_password_that_never_expires_is_left_alone(ada, corp):
    corp.password_max_age_days = 30
    corp.save()
    ada.password_never_expires = True
    ada.save()
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert sign_in().step == "portal"


def test_strangers_are_sent_to_sign_in(db, corp):
    assert Journey().get("change:change").step == "signin:sign_in"


def test_every_address_hears_of_a_change(ada, run_outbox, postbox):
    change(sign_in())
    postbox.clear()
    run_outbox()
    assert {mail["X-Envelope-To"] for mail in postbox.messages} == {
        "ada@home.example",
        "ada@mail.example",
    }


def test_a_change_is_in_the_trail_once(ada):
    change(sign_in())
    with across_directories("a test looks"):
        tasks.settle()
        assert AuditRecord.objects.filter(kind="change.changed").count() == 1


@pytest.fixture
def memory(ada):
    yield move_to_memory(ada)
    stores.forget()


def test_a_change_too_soon_says_until_when(memory, ada):
    memory.min_age = timedelta(days=1)
    Directory.objects.update(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-11-20T08:58:20Z", tick=False):
        journey = change(sign_in())
        change(journey, current=NEW, new="quite another sentence of words")
    until = "21 November 2026, 17:59 (JST)"
    assert journey.heading == f"You can’t change your password until {until}"
    assert memory.entries[ada.upn_key].password == NEW


def test_a_lost_answer_is_waited_for_and_found(memory, ada):
    memory.faults.lose = "answer"
    journey = change(sign_in())
    assert journey.step == "account"
    assert memory.entries[ada.upn_key].password == NEW


def test_an_open_answer_shows_the_waiting_page(memory, ada):
    memory.faults.lose = "request"
    journey = change(sign_in())
    assert journey.step == "change:waiting"
    assert journey.page["Refresh"] == "2"


def test_an_outage_counts_no_wrong_password(memory, ada):
    memory.faults.away = True
    changed = services.change(ada, PASSWORD, NEW, client=STRANGER)
    assert [p.code for p in changed.problems] == ["away"]
    memory.faults.away = False
    row = services.change(ada, PASSWORD, NEW, client=STRANGER).row
    assert row
    assert row.outcome == Outcome.DONE


def test_where_too_many_writes_are_under_way_people_are_asked_to_come_back(ada, settings):
    """503 with Retry-After, and nothing has happened."""
    store = move_to_memory(ada)
    journey = sign_in()
    settings.WRITES_UNDER_WAY = 0
    journey.client.raise_request_exception = False
    change(journey)
    assert (journey.page.status_code, journey.page["Retry-After"]) == (503, "10")
    assert not Write.objects.in_directory(ada.directory).exists()
    assert store.verify(ada, PASSWORD) is Verdict.RIGHT
    stores.forget()
