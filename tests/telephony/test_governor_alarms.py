"""Codes that nobody enters: noticed once, told, and a country paused until a person lifts it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.people.registry import Act
from registration.telephony import alarms, governor
from registration.telephony.budgets import TelephonyAlarm, TelephonyCount, TelephonyPeriod
from registration.telephony.governor import Which
from tests.support.postbox import text_of
from tests.telephony.spending import asked

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTLED = timedelta(minutes=20)
PARIS = "+33612345678"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def bring(corp):
    """As if codes had been sent to France, and some of them answered."""

    def periods(sent: int, answered: int, at: datetime = NOON, country: str = "FR") -> None:
        for number in range(sent):
            governor.admit(
                **asked(
                    corp,
                    person_key=str(number),
                    number_e164={"FR": "+336123456", "GB": "+4477009001"}[country] + f"{number:02}",
                    network="",
                    known=True,
                )
            )
        for _ in range(answered):
            governor.answered(directory=corp, country=country, kind="text", sent_at=at)

    return periods


def alarm() -> TelephonyAlarm:
    return TelephonyAlarm.objects.get()


def kinds() -> list[str]:
    records = AuditRecord.objects.filter(kind__startswith="telephony.")
    return list(records.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(("sent", "answered", "is_raised"), [(20, 5, True), (20, 6, False)])
def test_an_alarm_is_raised_below_the_share(allow, bring, clock, sent, answered, is_raised):
    """S-C21: under 30 percent of the codes came back."""
    allow()
    bring(sent, answered)
    clock.shift(SETTLED)
    assert alarms.watch() == is_raised


@pytest.mark.parametrize(("sent", "is_raised"), [(19, False), (20, True)])
def test_a_few_codes_prove_nothing(allow, bring, clock, sent: int, is_raised: bool):
    allow()
    bring(sent, 0)
    clock.shift(SETTLED)
    assert alarms.watch() == is_raised


def test_codes_that_can_still_be_answered_are_not_judged(allow, bring, clock):
    """Monday at nine everybody asks at once: that is no attack."""
    allow()
    bring(30, 0)
    clock.shift(SETTLED - timedelta(seconds=1))
    assert alarms.watch() == 0
    clock.shift(timedelta(seconds=1))
    assert alarms.watch() == 1


def test_a_slow_trickle_shows_over_the_day(allow, bring, clock):
    allow()
    for hour in range(5):
        clock.move_to(NOON + timedelta(hours=hour))
        bring(5, 0)
    clock.shift(SETTLED)
    assert alarms.watch() == 1
    assert (alarm().hours, alarm().sent) == (24, 25)


def test_what_is_older_than_a_day_is_forgotten(allow, bring, clock):
    allow()
    bring(30, 0)
    clock.shift(timedelta(hours=24) + SETTLED)
    assert alarms.watch() == 0


def test_nobodys_codes_raise_no_alarm(allow, corp, clock):
    allow()
    for number in range(30):
        governor.admit(**asked(corp, person_key=str(number), number_e164="beef", real=False))
    clock.shift(SETTLED)
    assert alarms.watch() == 0


def test_an_alarm_can_be_switched_off(allow, bring, clock):
    allow(alarm_percent=0)
    bring(30, 0)
    clock.shift(SETTLED)
    assert alarms.watch() == 0


def test_a_country_is_paused_and_the_administrators_told_once(
    allow, bring, admin_mail, clock, corp
):
    allow()
    bring(30, 0)
    clock.shift(SETTLED)
    assert [alarms.watch(), alarms.watch()] == [1, 0]
    assert governor.consult(**asked(corp, number_e164=PARIS)).which is Which.PAUSED
    assert governor.admit(**asked(corp, number_e164=PARIS)).which is Which.PAUSED
    assert governor.admit(**asked(corp)).allowed
    assert kinds() == ["telephony.alarm_raised"]
    [mail] = admin_mail()
    assert mail["Subject"] == "Codes sent to France do not come back"
    assert "Nothing more is sent there until you lift the pause" in text_of(mail)


def test_ones_own_country_is_never_paused(allow, bring, admin_mail, clock, corp):
    """Pausing it would lock everybody out, which is what an attacker would like."""
    allow()
    bring(30, 0, country="GB")
    clock.shift(SETTLED)
    assert alarms.watch() == 1
    assert not alarm().paused
    assert governor.admit(**asked(corp)).allowed
    assert "Codes are still sent." in text_of(admin_mail()[0])


def test_pausing_is_a_choice(allow, bring, clock, corp):
    allow(pause_countries=False)
    bring(30, 0)
    clock.shift(SETTLED)
    assert alarms.watch() == 1
    assert governor.admit(**asked(corp, number_e164=PARIS)).allowed


def test_a_person_lifts_an_alarm_once_and_what_was_before_is_not_judged_again(
    allow, bring, administrator, clock, corp
):
    allow()
    bring(30, 0)
    clock.shift(SETTLED)
    alarms.watch()
    act = Act(Client.nowhere(), administrator)
    assert [alarms.lift(alarm(), act), alarms.lift(alarm(), act)] == [True, False]
    assert governor.admit(**asked(corp, number_e164=PARIS)).allowed
    assert alarms.watch() == 0
    assert kinds() == ["telephony.alarm_raised", "telephony.alarm_lifted"]
    clock.shift(timedelta(minutes=10))
    bring(30, 0)
    clock.shift(SETTLED)
    assert alarms.watch() == 1


def test_without_an_administrator_the_operators_are_told(
    allow, bring, operator, clock, run_outbox, postbox
):
    allow()
    bring(30, 0)
    clock.shift(SETTLED)
    alarms.watch()
    run_outbox()
    assert {to for to, _subject in postbox.subjects()} >= {operator.mail}


def test_a_code_counts_where_it_was_sent(allow, bring, clock):
    allow()
    bring(1, 0)
    clock.shift(timedelta(minutes=12))
    bring(0, 1)
    [period] = TelephonyPeriod.objects.all()
    assert (period.began_at, period.sent, period.answered) == (NOON, 1, 1)


def test_old_sums_and_alarms_are_swept(allow, bring, clock, administrator):
    allow()
    bring(30, 0)
    clock.shift(SETTLED)
    alarms.watch()
    clock.shift(timedelta(days=41))
    counters = TelephonyCount.objects.count()
    assert alarms.sweep() == 1 + counters
    assert alarm().lifted_at is None
    alarms.lift(alarm(), Act(Client.nowhere(), administrator))
    clock.shift(timedelta(days=41))
    assert alarms.sweep() == 1


@pytest.fixture
def admin_mail(administrator, run_outbox, postbox):
    def mails():
        run_outbox()
        return postbox.to(administrator.mail)

    return mails
