"""What an event can say."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.audit.events import Event, kinds, sentence
from accounts.audit.models import Outcome
from accounts.audit.services import name_tag, personal, record
from tests.audit.happenings import VISITOR, Rang, ring


def test_a_kind_is_taken_once():
    with pytest.raises(TypeError, match="is taken by Rang"):
        type("Rang2", (Event,), {}, kind="test.rang", outcome=Outcome.NOTED, sentence="Again")


def test_an_event_says_only_what_it_declares():
    with pytest.raises(TypeError, match="unexpected keyword argument 'password'"):
        Rang(password="secret")  # type: ignore[call-arg]


def test_an_event_cannot_be_changed():
    with pytest.raises(AttributeError):
        Rang().method = "other"  # type: ignore[misc]


@dataclass(frozen=True, kw_only=True)
class Odd(Event, kind="test.odd", outcome=Outcome.NOTED, sentence="Odd"):
    thing: Any


@pytest.mark.parametrize("thing", [b"bytes", object(), {"a": "dict"}, [b"x"], [["nested"]]])
def test_a_fact_is_a_plain_value(corp, thing):
    with pytest.raises(TypeError, match=r"test.odd: thing is neither"):
        record(Odd(thing=thing), directory=corp.pk, client=VISITOR)


@pytest.mark.parametrize("thing", [None, True, 3, 1.5, "word", ["two", "words"], ("one",)])
def test_plain_values_and_words_are_facts(corp, thing):
    assert record(Odd(thing=thing), directory=corp.pk, client=VISITOR).kind == "test.odd"


def test_a_sentence_is_made_of_the_facts():
    assert sentence("test.rang", {"method": "bell"}) == "Rang the bell (bell)"


@pytest.mark.parametrize("facts", [{}, {"other": "fact"}])
def test_a_record_of_another_version_shows_its_kind(facts):
    assert sentence("test.rang", facts) == "test.rang"


def test_a_kind_that_is_gone_shows_itself():
    assert sentence("test.gone", {}) == "test.gone"


def test_every_kind_says_its_outcome_and_sentence():
    for kind, event in kinds().items():
        assert event.outcome in Outcome
        assert str(event.sentence), kind


def test_a_name_that_is_nobodys_is_not_written_down(corp):
    typed = "my secret password@corp.example"
    entry = record(Rang(), directory=corp.pk, client=VISITOR, name_key=typed.encode())
    body = json.loads(bytes(entry.body))
    assert body["name"] == name_tag(typed.encode())
    assert len(body["name"]) == 12
    assert b"secret" not in bytes(entry.body) + bytes(entry.personal)


def test_the_same_unknown_name_is_recognised_again():
    assert name_tag(b"one") == name_tag(b"one")
    assert name_tag(b"one") != name_tag(b"two")


def test_what_names_a_person_is_not_in_the_clear(corp, ada):
    entry = ring(corp, subject=ada)[0]
    stored = bytes(entry.body) + bytes(entry.personal)
    assert ada.user_principal_name.encode() not in stored
    assert VISITOR.address.encode() not in stored
    assert personal(entry, ada) == {
        "name": ada.user_principal_name,
        "address": VISITOR.address,
        "agent": VISITOR.user_agent,
    }


def test_another_persons_key_opens_nothing(corp, ada, ben):
    assert personal(ring(corp, subject=ada)[0], ben) == {}


def test_who_did_it_is_the_subject_unless_somebody_else_did(corp, ada, helpdesk):
    assert ring(corp, subject=ada)[0].actor_id == ada.pk
    assert ring(corp, subject=ada, actor=helpdesk)[0].actor_id == helpdesk.pk
