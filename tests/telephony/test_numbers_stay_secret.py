"""A reset tells nobody whether a number that was typed is the right one, nor whose it is (I9)."""

import pytest

from accounts.policy.models import Policy
from registration.telephony import governor
from registration.telephony.backends import locmem
from registration.telephony.budgets import TelephonyAlarm, TelephonyBudget
from reset import decoys
from tests import cast
from tests.journeys import ResetJourney
from tests.telephony.spending import asked

pytestmark = pytest.mark.django_db
CLEO, GHOST = "cleo@corp.example", "ghost@corp.example"
OTTAWA, MANHATTAN, LONDON = "+16132345678", "+12125550123", "+447700900123"


@pytest.fixture(autouse=True)
def _policy(corp):
    Policy.objects.in_directory(corp).update(methods=["mobile_phone"])
    locmem.outbox.clear()


@pytest.fixture
def settle(corp, cleo):
    """Whose directory it is, what it may spend, and which number Cleo has."""

    def do(region, number, **budget):
        corp.default_region = region
        corp.save(update_fields=["default_region"])
        TelephonyBudget.objects.update_or_create(directory=corp, defaults=budget)
        cast.add_phone(cleo, number)
        decoys.recompute()

    return do


def led_to(name, number):
    """The step and status that a number leads to."""
    journey = ResetJourney().start(name).choose(0)
    assert journey.step == "reset:address"
    journey.post("reset:address", address=number)
    return journey.step, journey.page.status_code


def told_apart(*numbers, name=CLEO):
    return {led_to(who, number) for who, number in ((name, n) for n in numbers)} | {
        led_to(GHOST, numbers[0])
    }


@pytest.mark.parametrize(
    ("region", "countries"), [("CA", []), ("GB", ["GB", "CA"]), ("US", ["US"]), ("", ["CA", "US"])]
)
def test_countries_with_one_calling_code_look_alike(settle, run_outbox, region, countries):
    """S-C01: a mask shows +1, and no more may be read from where the answer leads."""
    settle(region, OTTAWA, countries=countries)
    assert told_apart(OTTAWA, MANHATTAN, "nonsense") == {("reset:code", 200)}
    run_outbox()
    reached = [text.to for text in locmem.outbox]
    assert reached == ([] if countries == ["US"] else [OTTAWA])


def test_a_pause_of_one_of_them_says_nothing(settle, corp):
    settle("GB", OTTAWA, countries=["GB", "US", "CA"])
    TelephonyAlarm.objects.create(
        directory=corp, country="CA", hours=1, sent=20, answered=0, paused=True
    )
    assert len(told_apart(OTTAWA, MANHATTAN)) == 1


def test_that_nothing_more_may_go_to_a_number_says_nothing(settle, corp, run_outbox):
    """S-C01 S-C44: whoever uses up the budget of a number, by another account, learns nothing."""
    settle("GB", LONDON, per_number=1)
    assert governor.admit(**asked(corp, person_key="else", number_e164=LONDON)).allowed
    assert told_apart(LONDON, "+447700900124") == {("reset:code", 200)}
    run_outbox()
    assert locmem.outbox == []


def test_what_is_held_back_counts_for_the_person_like_a_wrong_number(settle, corp, run_outbox):
    """Else whoever goes on until the person's own budget ends could count the difference."""
    settle("GB", LONDON, per_number=2, per_person=2)
    for _ in range(2):
        assert governor.admit(**asked(corp, person_key="else", number_e164=LONDON)).allowed
    ends = []
    for name, number in ((CLEO, LONDON), (GHOST, LONDON)):
        for _ in range(3):
            ends.append(led_to(name, number)[0])
            run_outbox()
    assert ends == ["reset:code", "reset:code", "reset:address"] * 2
    assert locmem.outbox == []


def test_a_country_that_nothing_goes_to_is_told_to_all_alike(settle):
    settle("GB", MANHATTAN)
    assert told_apart(MANHATTAN, LONDON) == {("reset:address", 503)}
