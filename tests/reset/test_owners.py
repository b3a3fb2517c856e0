"""Whatever strangers do, the owner gets in from a browser that has signed in before."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.client import Client, browser_hash
from accounts.people.models import User
from accounts.signin import browsers
from registration.challenges import Answer
from reset import checks, limits, services
from reset.limits import Paused
from reset.models import Attempt
from tests.reset.scene import STRANGER, asked, fresh

pytestmark = pytest.mark.django_db

ADA = "ada@corp.example"
FORGED = replace(STRANGER, browser=browser_hash("a token that nobody was given"))


@pytest.fixture
def own(ada: User) -> Client:
    """Ada's own browser, in the same office as the stranger."""
    return replace(STRANGER, browser=browser_hash(browsers.remember(ada, "")))


def opened(client: Client, name: str = ADA) -> Any:
    return services.open_attempt(name, goal="reset", client=client)


@pytest.mark.parametrize("stranger", [STRANGER, FORGED], ids=["without a cookie", "forged cookie"])
def test_a_strangers_beginnings_are_counted_for_the_network_not_the_name(
    own, stranger, monkeypatch
):
    """S-C35, P-C18: a made-up cookie counts like none at all, and from elsewhere one may begin."""
    monkeypatch.setattr(limits, "OPENINGS", replace(limits.OPENINGS, times=3))
    for _time in range(3):
        opened(STRANGER)
    assert opened(stranger).limit == "reset.openings"
    assert isinstance(opened(replace(STRANGER, network="198.51.100.0/24")), Attempt)
    assert isinstance(opened(own), Attempt)


def test_the_owner_may_begin_where_a_stranger_used_up_the_network(own, monkeypatch):
    """S-C35: one machine that guesses stops nobody else in the office."""
    monkeypatch.setattr(limits, "OPENINGS", replace(limits.OPENINGS, times=2))
    for number in range(3):
        opened(STRANGER, f"nobody{number}@corp.example")
    assert isinstance(opened(STRANGER, "ghost@corp.example"), Paused)
    assert isinstance(opened(own), Attempt)


def test_the_owner_may_answer_where_a_stranger_used_up_the_network(own, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_PER_NETWORK", replace(limits.WRONG_PER_NETWORK, times=1))
    guessed = asked(fresh(opened(STRANGER, "ghost@corp.example")), "alternate_email")
    checks.answer(guessed, "000000", client=STRANGER)
    assert isinstance(checks.answer(guessed, "000000", client=STRANGER), Paused)
    mine = asked(fresh(opened(own)), "alternate_email")
    judged = checks.answer(mine, "000000", client=own)
    assert isinstance(judged, Answer)
    assert judged.verdict == "wrong"


def test_an_own_browser_still_has_an_end_of_beginnings(own):
    for _time in range(limits.OPENINGS_PER_NAME.times):
        opened(own)
    assert opened(own).limit == "reset.openings_per_name"


def test_strangers_do_not_use_up_the_owners_codes(own, run_outbox, postbox):
    """S-C35, P-C22: messages that strangers asked for are counted apart from the owner's."""
    for _time in range(limits.SENDS.times):
        asked(fresh(opened(STRANGER)), "alternate_email")
    paused = checks.choose(fresh(opened(STRANGER)), 0, client=STRANGER)
    assert paused
    assert paused.limit == "reset.sends"
    run_outbox()
    before = len(postbox.messages)
    asked(fresh(opened(own)), "alternate_email")
    run_outbox()
    assert len(postbox.messages) == before + 1
