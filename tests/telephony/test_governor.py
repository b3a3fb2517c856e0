"""What may be sent, on both sides of each budget; counted for nobody as for anybody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from registration.telephony import alarms, governor
from registration.telephony.budgets import TelephonyBudget, TelephonyCount, TelephonyPeriod
from registration.telephony.governor import Admitted, Which
from registration.telephony.numbers import Number
from tests.support.threads import AT_ONCE, together
from tests.telephony.spending import HERS, asked

pytestmark = pytest.mark.django_db

PARIS, DUBLIN, PREMIUM = "+33612345678", "+353850123456", "+19005550123"
OTHERS = {  # a second message that falls under the same budget, and under no other but shared ones
    "per_person": {"number_e164": "+447700900124", "network": "198.51.100.0/24"},
    "per_number": {"person_key": "8", "network": "198.51.100.0/24"},
    "per_network": {"person_key": "8", "number_e164": "+447700900124"},
    "per_directory": {"person_key": "8", "number_e164": DUBLIN, "network": "198.51.100.0/24"},
}


def counts() -> list[int]:
    return sorted(TelephonyCount.objects.values_list("units", flat=True))


def sums(column: str) -> int:
    return sum(TelephonyPeriod.objects.values_list(column, flat=True))


@pytest.mark.parametrize("budget", OTHERS)
def test_each_budget_lets_through_as_many_as_it_says(allow, admit, budget: str):
    """S-C21 P-C22: each cap, to the message."""
    allow(**{budget: 3})
    known = budget == "per_directory"
    assert admit(known=known).allowed
    assert [admit(known=known, **OTHERS[budget]).allowed for _ in range(3)] == [True, True, False]
    refusal = admit(known=known, **OTHERS[budget])
    assert refusal.which == budget.removeprefix("per_")


@pytest.mark.parametrize("budget", ["per_person", "per_number", "per_network"])
def test_a_budget_counts_whom_it_is_for_and_nobody_else(allow, admit, budget: str):
    allow(**{budget: 1})
    assert admit().allowed
    own = {"per_person": "person_key", "per_number": "number_e164", "per_network": "network"}
    other = {"person_key": "9", "number_e164": "+447700900129", "network": "203.0.113.0/24"}
    assert not admit(**OTHERS[budget]).allowed
    assert admit(**OTHERS[budget] | {own[budget]: other[own[budget]]}).allowed


def test_every_other_country_has_a_budget_and_ones_own_has_not(allow, admit):
    allow(per_country=2)
    assert [admit(number_e164=PARIS, known=True).allowed for _ in range(3)] == [True, True, False]
    assert admit(number_e164=PARIS, known=True).which is Which.COUNTRY
    assert admit(number_e164=DUBLIN, known=True).allowed
    assert all(admit().allowed for _ in range(4))


def test_the_whole_deployment_has_a_budget(allow, admit, other, settings):
    settings.TELEPHONY_DAILY_BUDGET = 2
    allow()
    other.default_region = "GB"
    assert admit(known=True).allowed
    assert governor.admit(**asked(other, known=True)).allowed
    assert governor.admit(**asked(other, known=True)).which is Which.DEPLOYMENT


def test_directories_do_not_share_budgets(allow, admit, other):
    allow(per_directory=1, per_person=1)
    other.default_region = "GB"
    assert admit().allowed
    assert not admit().allowed
    assert governor.admit(**asked(other)).allowed


@pytest.mark.parametrize(("budget", "calls"), [(5, 1), (6, 2)])
def test_a_call_costs_as_much_as_several_texts(allow, admit, budget: int, calls: int):
    allow(per_person=budget, call_cost=3)
    made = [admit(kind="call").allowed for _ in range(3)]
    assert sum(made) == calls
    assert admit().allowed is (budget % 3 > 0)


def test_a_budget_smaller_than_a_call_admits_none(allow, admit):
    allow(per_directory=2, call_cost=3)
    assert admit(kind="call", known=True).which is Which.DIRECTORY
    assert counts() == []


def test_a_budget_of_nothing_switches_telephones_off(allow, admit):
    allow(per_directory=0)
    assert admit(known=True).which is Which.DIRECTORY


def test_a_message_held_back_costs_no_other_budget(allow, admit):
    allow(per_network=1)
    admit()
    before = counts()
    assert not admit(person_key="8", number_e164=DUBLIN).allowed
    assert counts() == before


def test_strangers_cannot_use_up_what_is_kept_for_known_browsers(allow, admit):
    """A fifth of the shared budgets stays for browsers that people have signed in with."""
    allow(per_directory=10)
    assert sum(admit().allowed for _ in range(12)) == 8
    assert sum(admit(known=True).allowed for _ in range(4)) == 2


def test_a_stranger_cannot_use_up_what_a_known_browser_may_ask_for(allow, admit):
    allow(per_person=1, per_number=1)
    assert [admit().allowed, admit().allowed] == [True, False]
    assert [admit(known=True).allowed, admit(known=True).allowed] == [True, False]


def test_budgets_start_anew_at_midnight_of_the_directory(allow, admit, corp):
    corp.time_zone = "Europe/Berlin"
    allow(per_person=1)
    with time_machine.travel(datetime(2026, 11, 20, 22, 59, tzinfo=UTC), tick=False) as clock:
        admit()
        midnight = datetime(2026, 11, 20, 23, tzinfo=UTC)
        assert admit().until == midnight
        clock.move_to(midnight - timedelta(seconds=1))
        assert not admit().allowed
        clock.move_to(midnight)
        assert admit().allowed


def test_asking_counts_nothing_and_says_what_sending_would(allow, admit, corp):
    allow(per_person=2)
    assert [governor.consult(**asked(corp)).allowed for _ in range(5)] == [True] * 5
    assert [admit().allowed, admit().allowed] == [True, True]
    assert governor.consult(**asked(corp)) == admit()
    assert counts() == [2] * 5
    assert governor.consult(**asked(corp, known=True)) == Admitted()


@pytest.mark.parametrize(
    ("home", "listed", "open_to"),
    [
        ("GB", [], {"GB"}),
        ("", [], {"GB", "FR", "IE"}),
        ("GB", ["FR"], {"FR"}),
        ("GB", ["GB", "IE"], {"GB", "IE"}),
        ("GB", ["*"], {"GB", "FR", "IE"}),
    ],
)
def test_nothing_goes_to_a_country_that_is_not_allowed(allow, admit, corp, home, listed, open_to):
    """S-C21: a list of countries; unless it says otherwise, the directory's own."""
    corp.default_region = home
    allow(countries=listed)
    numbers = {"GB": HERS, "FR": PARIS, "IE": DUBLIN}
    answers = {country: admit(number_e164=number) for country, number in numbers.items()}
    assert {country for country, answer in answers.items() if answer.allowed} == open_to
    refused = [answer.which for answer in answers.values() if not answer.allowed]
    assert set(refused) <= {Which.NOT_ALLOWED}


def test_a_number_that_earns_money_gets_nothing_even_where_it_is_registered(allow, admit, corp):
    allow()
    assert admit(number_e164=PREMIUM).which is Which.PREMIUM
    assert governor.consult(**asked(corp, number_e164=PREMIUM)).which is Which.PREMIUM


def test_a_number_is_not_registered_where_nothing_is_sent_to(allow, corp):
    allow(countries=[])
    governor.check_country(Number(HERS), corp)
    with pytest.raises(ValidationError) as refusal:
        governor.check_country(Number(PARIS), corp)
    assert refusal.value.code == "country_not_allowed"


def test_nobody_is_counted_like_somebody(allow, corp):
    """S-C01 P-C22: the same statements, the same budgets, the same answers in the end."""
    allow(per_person=3)

    def run(*, real: bool = True, **about: object) -> tuple[list[str], list[object]]:
        with CaptureQueriesContext(connection) as queries:
            answers: list[object] = [
                governor.admit(**asked(corp, **about), real=real) for _ in range(4)
            ]
            answers.append(governor.consult(**asked(corp, **about)))
        return [kind_of_statement(query["sql"]) for query in queries], answers

    somebody = run(number_e164=PARIS)
    spent = counts()
    TelephonyCount.objects.all().delete()
    nobody = run(person_key="f00d", number_e164="beef", country="FR", network="", real=False)
    assert nobody[1] == somebody[1]
    assert nobody[0] == somebody[0]
    assert counts() == spent == [3] * 6
    assert len(nobody[0]) > 40


def kind_of_statement(sql: str) -> str:
    """A statement without what it is about."""
    return re.sub(r"X?'[^']*'|\d+", "…", sql)


def test_sums_say_what_was_sent_and_never_to_whom(allow, admit):
    allow(per_person=2)
    admit()
    admit(kind="call", person_key="8")
    admit(person_key="9", number_e164="beef", real=False)
    admit(kind="call")
    admit(kind="call")
    assert (sums("sent"), sums("for_nobody"), sums("held_back")) == (1, 1, 3)


def test_administrators_hear_once_a_day_that_a_budget_is_used_up(
    allow, admit, administrator, run_outbox, postbox
):
    allow(per_directory=1)
    for _ in range(4):
        admit()
    heard = AuditRecord.objects.filter(kind="telephony.budget_used_up")
    assert heard.count() == 1
    run_outbox()
    assert {subject for _to, subject in postbox.subjects()} == {
        "Today’s texts and calls are used up"
    }
    assert Parcel.objects.filter(kind="notice").count() == len(postbox.messages)


def test_counters_of_past_days_are_swept(allow, admit):
    allow()
    with time_machine.travel(datetime.now(UTC) - timedelta(days=4)):
        admit()
    admit()
    assert alarms.sweep() == 5
    assert counts() == [1] * 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("budget", "most"), [("per_person", 7), ("per_directory", 20)])
def test_fifty_at_once_never_spend_more_than_the_budget(allow, admit, budget: str, most: int):
    """S-C21, I4: at the edge of a budget, fifty messages decided at one moment."""
    allow(**{budget: most})
    share = {"per_person": 7, "per_directory": 16}[budget]
    answers = together(lambda _number: admit().allowed)
    assert (sum(answers), len(answers)) == (share, AT_ONCE)
    assert TelephonyBudget.objects.count() == 1
    assert max(counts()) == share == sums("sent")
