"""Every id of the catalogue is used and documented, and whatever has none is found."""

import ast
import json
import re
from pathlib import Path

import pytest

from accounts.audit.models import AuditRecord
from accounts.audit.services import record
from accounts.client import Client
from writeback import services
from writeback.agent import catalogue
from writeback.agent.drivers import active_directory_facts as facts
from writeback.agent.drivers import ppolicy
from writeback.agent.messages import WRITES, State
from writeback.doctor.catalogue_page import page
from writeback.doctor.words import OF_THE_WAY, WORDS
from writeback.events import WriteRefused
from writeback.models import Evidence, Operation, Outcome, Write

ROOT = Path(__file__).resolve().parents[2]
HOW = """docs/writeback-events.md is not what the catalogue says. Write it again with
    python manage.py shell -v 0 -c "from writeback.doctor.catalogue_page import page; \
print(page(), end='')" > docs/writeback-events.md"""
IDS = {entry.id for entry in catalogue.everything()} | {words.id for words in WORDS.values()}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def nodes(kind):
    for path in sorted((ROOT / "writeback").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        yield from ((path.name, node) for node in ast.walk(tree) if isinstance(node, kind))


def test_the_document_is_the_catalogue():
    found = (ROOT / "docs" / "writeback-events.md").read_text("utf-8")
    assert found == page(), HOW


def test_an_id_means_one_thing():
    """Some findings of the portal are also lines of its log."""
    told = [entry.id for entry in catalogue.everything()]
    assert len(set(told)) == len(told)
    words = [one.id for one in WORDS.values()]
    assert len(set(words)) == len(words)
    shared = set(told) & set(words)
    assert shared <= {one.id for one in OF_THE_WAY.values()}
    assert all(re.fullmatch(r"WB-[1-5]\d\d", one) for one in IDS)


def test_every_line_of_a_log_begins_with_an_id():
    without = []
    for name, call in nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
            continue
        if not isinstance(function.value, ast.Name) or "log" not in function.value.id:
            continue
        said = call.args[0]
        text = str(said.value) if isinstance(said, ast.Constant) else ""
        if text.split(" ")[0] not in {*IDS, "%s"}:
            without.append(f"{name}:{call.lineno} {text}")
    assert not without


def test_every_reason_of_a_refusal_has_an_id():
    """As the code raises them, and as tables of the drivers name them."""
    raised = {
        call.args[0].value
        for _name, call in nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "Refused" and call.args
        if isinstance(call.args[0], ast.Constant)
    }
    tables = {*facts._CODES.values(), *dict(facts._TEXTS).values(), *ppolicy.REASONS.values()}
    tables |= {*ppolicy._TEXTS.values(), *ppolicy._CODES.values()}
    assert raised | tables <= catalogue.REASONS.keys()


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("operation", ["reset", "change", "unlock", "find", "diagnose"])
def test_every_end_of_a_request_has_an_id(operation, state):
    found = catalogue.of_result(operation, state, "too_short" if state == State.REFUSED else "")
    known = {State.REFUSED: "WB-402", State.AWAY: "WB-427"}
    if state in known:
        assert found.id == known[state]
    elif operation in WRITES:
        assert found.id[3] == "1"
        assert (found.id[-1] == "1") is (state == State.DONE)
    else:
        assert found == catalogue.LOOKED_UP


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "evidence", "outcome", "reason", "code"),
    [
        ("reset", "proofs", "done", "", "WB-111"),
        ("reset", "staff_act", "done", "", "WB-141"),
        ("unlock", "staff_act", "done", "", "WB-131"),
        ("change", "current_password", "unknown", "", "WB-122"),
        ("reset", "proofs", "void", "void", "WB-113"),
        ("reset", "proofs", "refused", "no_right", "WB-415"),
        ("reset", "proofs", "refused", "something new", "WB-499"),
    ],
)
def test_an_event_of_the_trail_has_its_id(ada, operation, evidence, outcome, reason, code):
    row = Write(
        directory=ada.directory,
        user=ada,
        operation=Operation(operation),
        evidence=Evidence(evidence),
        outcome=Outcome(outcome),
        reason=reason,
    )
    event = services._event(row)
    record(event, directory=ada.directory_id, client=Client.nowhere(), subject=ada)
    (kept,) = AuditRecord.objects.in_directory(ada.directory).filter(kind=event.kind)
    assert json.loads(bytes(kept.body))["facts"]["code"] == code
    if isinstance(event, WriteRefused) and outcome == "refused":
        assert code in str(event.sentence) % event.facts()
