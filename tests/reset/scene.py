"""Attempts in the middle of things, made through the services."""

from accounts.client import Client
from registration.challenges import Answer
from reset import checks, services, steps
from reset.limits import Paused
from reset.models import Attempt
from tests.apps import code_now

STRANGER = Client(address="192.0.2.1", network="192.0.2.0/24", device="computer")
NEW = "seven quiet lanterns under rain"


def fresh(attempt: Attempt) -> Attempt:
    """The attempt as its rows say now."""
    found = steps.load(attempt.directory_id, str(attempt.pk))
    assert found
    return found


def begun(name: str, *, goal: str = "reset") -> Attempt:
    attempt = services.open_attempt(name, goal=goal, client=STRANGER)
    assert isinstance(attempt, Attempt)
    return fresh(attempt)


def asked(attempt: Attempt, method: str) -> Attempt:
    """With a challenge of a method open."""
    number = [offer["method"] for offer in attempt.offers].index(method)
    assert checks.choose(attempt, number, client=STRANGER) is None
    return fresh(attempt)


def answered(attempt: Attempt, text: str) -> Answer | Paused:
    return checks.answer(fresh(attempt), text, client=STRANGER)


def proved(name: str) -> Attempt:
    """Ben's attempt, with the check by app passed; one is enough for the policy of the cast."""
    attempt = asked(begun(name), "authenticator_app")
    answer = answered(attempt, code_now())
    assert isinstance(answer, Answer)
    assert answer.passed
    return fresh(attempt)


def outcome_of(attempt: Attempt) -> str:
    """How the attempt's write stands now; empty for none."""
    row = fresh(attempt).write
    return row.outcome if row else ""
