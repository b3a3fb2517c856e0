"""Why not, and what to do: a sentence for every reason, and numbers where they are known."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from accounts.audit.models import AuditRecord
from accounts.client import Client
from tests.cast import make_user
from tests.support.memory import move_to_memory
from writeback import agent, reasons, services, stores
from writeback.models import LIFE, Evidence, Operation, Write
from writeback.stores.base import Demands, State

AGENT = Path(agent.__file__).parent
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")
# Where the agent's files keep reasons: what is raised, returned by these, and listed under these.
_FUNCTIONS = {"reason_of", "broken"}
_OF_READINGS = {"no_base", "limited", "start_over"}  # of synchronisation; no person hears them
_TABLES = {"_CODES", "_TEXTS", "REASONS"}


def texts(node):
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
    }


def codes_in(path):
    """Every reason that a file of the agent can answer with."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
            found |= texts(node.args[0]) - {"refused"} if node.args else set()
        elif isinstance(node, ast.FunctionDef) and node.name in _FUNCTIONS:
            returned = [one for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
            found |= set().union(*(texts(one.value) for one in returned))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in _TABLES:
            found |= table(node.value)
    return {code for code in found if _CODE.fullmatch(code)}


def table(node):
    """The reasons of a table: a dictionary's values, and the last of each pair."""
    if isinstance(node, ast.Dict):
        return set().union(*(texts(value) for value in node.values))
    return set().union(*(texts(pair.elts[-1]) for pair in getattr(node, "elts", [])))


def test_every_reason_of_the_agent_has_a_sentence():
    drivers = [path for path in AGENT.rglob("*.py") if "doctor" not in path.parts]
    found = set().union(*(codes_in(path) for path in drivers))
    # The walk finds what is known to be there, in each way that files say it.
    assert {"ambiguous", "too_many_wrong", "complexity", "may_not_change", "no_right"} <= found
    assert found - reasons.codes() - _OF_READINGS - {"refused"} == set()
    said = {reasons.text_of(code) for code in found}
    assert reasons.text_of("refused") == reasons.text_of("anything else")
    assert all(text.endswith(".") for text in said)


def test_a_sentence_has_the_numbers_that_are_known():
    known = State(demands=Demands(min_length=12, history=5))
    assert "at least 12 characters" in reasons.text_of("too_short", known)
    assert "none of your last 5" in reasons.text_of("in_history", known)
    for code in ("too_short", "in_history"):
        for state in (None, State(), State(demands=Demands())):
            assert not re.search(r"\d", reasons.text_of(code, state))


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(hours=6), "changed 6 hours ago."),
        (timedelta(hours=1, minutes=59), "changed 1 hour ago."),
        (timedelta(minutes=59), "changed 59 minutes ago."),
        (timedelta(0), "changed 1 minute ago."),
    ],
)
def test_too_soon_says_since_when_and_until_when(ago, told):
    state = State(password_changed_at=NOON - ago)
    until = datetime(2026, 11, 21, 13, 4, 30, tzinfo=UTC)
    with time_machine.travel(NOON, tick=False):
        text = reasons.text_of("too_young", state, until=until, time_zone="Europe/Berlin")
        assert told in text
        assert text.endswith("allows the next change tomorrow at 14:05 (CET).")
        later = reasons.text_of("too_young", state, until=until + timedelta(days=1))
        assert "from 22 November 2026, 13:05 (UTC) on" in later
        today = reasons.text_of("too_young", state, until=NOON + timedelta(hours=2))
        assert "today at 14:00 (UTC)" in today


@pytest.mark.django_db
@pytest.mark.parametrize(("reason", "is_told"), [("no_right", True), ("in_history", False)])
def test_what_only_an_administrator_can_mend_is_an_event_of_its_own(corp, reason, is_told):
    rosa = make_user("rosa", directory=corp)
    move_to_memory(rosa).faults.refuse = reason
    values = {"evidence": Evidence.PROOFS, "evidence_id": "e", "policy_fingerprint": "p"}
    row = Write.objects.create(
        directory=corp,
        user=rosa,
        operation=Operation.RESET,
        expires_at=datetime.now(UTC) + LIFE,
        **values,
    )
    services.write(row, "seven quiet lanterns", client=Client.nowhere())
    stores.forget()
    found = AuditRecord.objects.in_directory(corp).filter(kind="writeback.needs_mending")
    assert found.exists() is is_told
