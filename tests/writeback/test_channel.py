"""Between the portal and an agent: what is an answer, and what is told when none comes."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from nacl.signing import SigningKey

from tests.agent.servers import BETTER, GOOD
from writeback import channel
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.messages import Operation
from writeback.agent.sealing import seal, unseal
from writeback.agent.serving import Agent
from writeback.channel import Order, breaker, in_process, keys
from writeback.models import Outage

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(slapd, served):
    served(slapd)
    return slapd


@pytest.fixture
def dn(here):
    return here.make(f"ben{uuid.uuid4().hex[:10]}")


@pytest.fixture
def reset(corp, dn):
    """Orders a new password for Ben."""
    name = dn.partition(",")[0].partition("=")[2]
    anchor = channel.ask(corp.pk, Order(operation=Operation.FIND, target=name)).facts["anchor"]

    def send(**values):
        order = Order(operation=Operation.RESET, target=anchor, password=BETTER)
        return channel.ask(corp.pk, replace(order, **values))

    return send


@pytest.fixture
def answers(monkeypatch):
    """Lets something happen to each answer on its way back."""

    def tamper(change):
        honest = Agent.answer
        monkeypatch.setattr(Agent, "answer", lambda agent, box: change(agent, honest(agent, box)))

    return tamper


def test_an_order_is_done(here, dn, reset):
    reset()
    assert here.binds(dn, BETTER)


def test_a_refusal_says_its_reason(here, dn, reset):
    with pytest.raises(Refused) as refused:
        reset(password="short")
    assert refused.value.code == "too_short"
    assert here.binds(dn, GOOD)


def test_an_order_whose_time_is_over_is_refused(here, dn, reset):
    with pytest.raises(Refused) as refused:
        reset(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused.value.code == "too_late"
    assert here.binds(dn, GOOD)


def test_nobody_answers_for_another_directory(here, other):
    with pytest.raises(Away):
        channel.ask(other.pk, Order(operation=Operation.FIND, target="ben"))


def test_an_agent_without_settings_is_an_outage(here, corp, monkeypatch, caplog):
    monkeypatch.delenv("LDAP_BASE_DN")
    in_process.forget()
    with pytest.raises(Away):
        channel.ask(corp.pk, Order(operation=Operation.FIND, target="ben"))
    assert "LDAP_BASE_DN is missing" in caplog.text


def test_an_outage_is_known_until_something_goes_well(here, corp, reset, monkeypatch):
    monkeypatch.setenv("LDAP_URLS", "ldaps://127.0.0.1:9")
    in_process.forget()
    with pytest.raises(Away):
        reset()
    assert channel.is_away(corp.pk)
    monkeypatch.setenv("LDAP_URLS", " ".join(here.settings.urls))
    in_process.forget()
    with pytest.raises(Away):
        reset()  # nobody tries yet
    Outage.objects.in_directory(corp).update(until=timezone.now())
    assert not channel.is_away(corp.pk)
    reset()
    assert not Outage.objects.in_directory(corp).exists()


def test_when_an_outage_may_be_over_one_request_tries_and_all_others_hear_that_it_is_away(corp):
    breaker.away(corp.pk)
    Outage.objects.in_directory(corp).update(until=timezone.now())
    known = breaker.admit(corp.pk)
    with pytest.raises(Away):
        breaker.admit(corp.pk)
    assert channel.is_away(corp.pk)
    breaker.well(corp.pk, known)
    assert breaker.admit(corp.pk) is None


def test_answers_that_do_not_come_are_an_outage_when_they_are_many_in_a_row(corp, other):
    for _time in range(breaker.MOST_LOST - 1):
        breaker.lost(corp.pk)
    assert not breaker.is_open(corp.pk)
    breaker.lost(corp.pk)
    assert breaker.is_open(corp.pk)
    assert not breaker.is_open(other.pk)


def signed_by_a_stranger(agent, box):
    content = unseal(box, keys=keys.opening(), signers=[agent.keys.signing.verify_key]).content
    return seal(content, to=keys.opening()[0].public_key, by=SigningKey.generate())


class Replayed:
    """The first answer, over and over."""

    def __init__(self):
        self.first = None

    def __call__(self, agent, box):
        self.first = self.first or box
        return self.first


@pytest.mark.parametrize(
    "change",
    [
        signed_by_a_stranger,
        lambda agent, box: box[:-1] + bytes([box[-1] ^ 1]),
        lambda agent, box: b"",
    ],
    ids=["by a stranger", "changed on the way", "empty"],
)
def test_an_answer_that_is_not_the_agents_is_none(here, reset, answers, change):
    """What was done is not known then: it was sent."""
    answers(change)
    with pytest.raises(AnswerLost):
        reset()


def test_an_answer_to_something_else_is_none(here, reset, answers):
    answers(Replayed())
    reset()
    with pytest.raises(AnswerLost):
        reset(id=uuid.uuid4(), password=GOOD + "x")


def test_secrets_stand_in_no_order_that_is_shown():
    order = Order(operation=Operation.CHANGE, password="very secret", current="rather secret")
    assert "secret" not in repr(order)
