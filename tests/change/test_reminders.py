"""Mails before a password expires."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox import services as outbox
from accounts.outbox.models import Parcel
from accounts.people.models import Directory, User
from accounts.tenancy import across_directories
from change import reminders
from tests.change.test_change import change, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EXPIRES = NOON + timedelta(days=90)


@pytest.fixture(autouse=True)
def expiring(corp, ada):
    Directory.objects.filter(pk=corp.pk).update(
        password_max_age_days=90, time_zone="Europe/Berlin", organization="Harbour"
    )
    User.objects.in_directory(corp).exclude(pk=ada.pk).update(password_never_expires=True)
    User.objects.in_directory(corp).update(password_changed_at=NOON)


def before(days, seconds=0):
    return time_machine.travel(EXPIRES - timedelta(days=days, seconds=seconds), tick=False)


def run():
    with across_directories("a test runs the job"):
        return reminders.run()


def set_ada(ada, **fields):
    User.objects.in_directory(ada.directory).filter(pk=ada.pk).update(**fields)


def reminded(ada):
    """How often the person got one, whatever the number of addresses."""
    records = AuditRecord.objects.in_directory(ada.directory)
    return records.filter(kind="change.reminded", subject=ada).count()


@pytest.mark.parametrize(
    ("days", "seconds", "count"), [(14, 1, 0), (14, 0, 1), (8, 0, 1), (0, 1, 1), (0, 0, 0)]
)
def test_the_first_is_due_at_the_first_day_and_none_after_the_end(ada, days, seconds, count):
    with before(days, seconds):
        assert run() == count


def test_each_is_sent_once_whatever_stops_and_starts(ada):
    for days, count in [(14, 1), (13, 1), (7, 2), (6.9, 2), (1, 3), (0.5, 3), (0, 3), (-5, 3)]:
        with before(days):
            run()
            run()
        assert reminded(ada) == count


def test_who_was_missed_is_told_once_and_not_for_every_day_missed(ada):
    with before(5):
        assert run() == 1
        assert run() == 0
    with before(1):
        assert run() == 1


@pytest.mark.parametrize(
    "spared",
    [
        {"password_never_expires": True},
        {"enabled": False},
        {"source": "synchronized"},
        {"source": "federated"},
        {"must_change_password": True},
    ],
)
def test_some_are_not_reminded(ada, spared):
    set_ada(ada, **spared)
    with before(7):
        assert run() == 0


@pytest.mark.parametrize(
    "settings_of", [{"password_reminder_days": ""}, {"password_max_age_days": None}]
)
def test_a_directory_may_remind_nobody(ada, settings_of):
    Directory.objects.update(**settings_of)
    with before(7):
        assert run() == 0


def test_the_days_are_the_directorys_own(ada):
    Directory.objects.update(password_reminder_days="3, 30")
    for days, count in [(31, 0), (30, 1), (14, 1), (3, 2), (1, 2)]:
        with before(days):
            run()
        assert reminded(ada) == count


def test_every_address_gets_the_exact_moment_and_the_way(ada, postbox, run_outbox):
    with before(14):
        run()
        run_outbox()
    told = {mail["X-Envelope-To"]: mail for mail in postbox.messages}
    assert set(told) == {"ada@home.example", "ada@mail.example"}
    mail = told["ada@mail.example"]
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Your password expires on 18 February 2027, 13:00 (CET)"
    assert "18 February 2027, 13:00 (CET)" in text
    assert "/change/" in text
    assert "://" not in text  # an address to type, and no link to learn to follow


def test_a_password_changed_meanwhile_cancels_what_is_on_its_way_and_what_was_to_come(ada, postbox):
    """And the new one has reminders of its own."""
    with before(14):
        run()
        change(sign_in())
        with across_directories("a worker serves every directory"):
            for parcel in Parcel.objects.filter(kind=reminders.KIND):
                reminders.deliver(parcel)
    assert not postbox.messages
    for days, count in [(7, 1), (1, 1), (0, 1), (-61, 1), (-62, 2), (-69, 3)]:
        with before(days):
            run()
        assert reminded(ada) == count


@pytest.mark.parametrize("spared", [{"password_never_expires": True}, {"enabled": False}])
def test_who_was_exempted_meanwhile_gets_no_mail(ada, postbox, run_outbox, spared):
    with before(14):
        run()
        set_ada(ada, **spared)
        run_outbox()
    assert not postbox.messages


def test_a_mail_too_late_to_help_is_not_sent(ada, postbox):
    with before(1):
        run()
    with before(0), across_directories("a worker serves every directory"):
        for parcel in Parcel.objects.filter(kind=reminders.KIND):
            reminders.deliver(parcel)
    assert not postbox.messages


def test_waves_do_not_flood_and_leave_nobody_out(corp, monkeypatch, make_user):
    monkeypatch.setattr(reminders, "WAVE", 3)
    for number in range(7):
        make_user(f"p{number}", password_changed_at=NOON, mail=f"p{number}@mail.example")
    with before(14):
        assert run() == 3
        assert run() == 0  # nothing left yet
        counts = []
        for _wave in range(4):
            Parcel.objects.filter(kind=reminders.KIND).update(finished_at=timezone.now())
            counts.append(run())
    assert sum(counts) == 5
    assert User.objects.in_directory(corp).exclude(expiry_told_at=None).count() == 8


def test_a_run_asks_the_same_of_the_database_however_many_there_are(corp, make_user):
    with (
        before(30),
        CaptureQueriesContext(
            connection,
        ) as few,
    ):
        run()
    for number in range(20):
        make_user(f"p{number}", password_changed_at=NOON)
    with before(30), CaptureQueriesContext(connection) as many:
        run()
    assert len(many) == len(few)


def test_another_directory_keeps_its_own_age(ada, other, make_user):
    Directory.objects.filter(pk=other.pk).update(password_max_age_days=None)
    with before(7):
        assert run() == 1


def test_a_worker_knows_what_to_do_with_a_reminder(ada, run_outbox):
    with before(7):
        run()
        run_outbox()
        waiting = Parcel.objects.filter(kind=reminders.KIND, finished_at=None)
        assert not waiting.exists()
        assert outbox.work() == 0
