"""A pause is told in the time of the directory, alike for somebody and nobody."""

from dataclasses import replace

import pytest
import time_machine

from accounts.people.models import Directory
from accounts.policy.models import Policy
from reset import limits
from tests.journeys import Journey, ResetJourney

pytestmark = pytest.mark.django_db

UNTIL = "Paused until 20 November 2026, 18:59 (JST)"


@pytest.fixture(autouse=True)
def soon_paused(corp, monkeypatch):
    Directory.objects.update(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-11-20T08:58:20Z", tick=False):
        yield monkeypatch


def once(limit):
    return replace(limit, times=1, rest=limits.HOUR)


@pytest.mark.parametrize("name", ["ada@corp.example", "nobody.here@corp.example"])
def test_a_network_that_tries_too_often_hears_until_when(ada, soon_paused, name):
    soon_paused.setattr(limits, "OPENINGS", once(limits.OPENINGS))
    ResetJourney().start(name)
    journey = Journey().post("reset:start", username=name)
    assert journey.heading == UNTIL
    assert journey.page["Retry-After"] == "3600"


@pytest.mark.parametrize("name", ["ada@corp.example", "nobody.here@corp.example"])
def test_a_check_tried_too_often_says_until_when(ada, name):
    Policy.objects.update(answers_allowed=1, block_hours=1)
    journey = ResetJourney().start(name).choose(0).answer("000000")
    journey.post("reset:other_check")
    journey.choose(0)
    assert journey.heading == UNTIL
    assert "Check in another way" in journey.words
