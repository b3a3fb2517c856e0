"""What is understood, and all the rest, which is not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from writeback.agent.messages import LONGEST, Malformed, Operation, Request, Result, State

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REQUEST = Request(
    id=uuid4(),
    agent="north",
    directory="corp",
    operation=Operation.RESET,
    target=str(uuid4()),
    policy="f" * 64,
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=3),
    password="Grüße 🫖 kettle",
    must_change=True,
)
RESULT = Result(
    id=REQUEST.id,
    agent="north",
    directory="corp",
    operation=Operation.RESET,
    target=REQUEST.target,
    state=State.REFUSED,
    answered_at=NOW,
    reason="too_young",
    until=NOW + timedelta(hours=18),
    facts={"locked": False},
)


def altered(**values):
    return json.dumps(json.loads(REQUEST.encoded()) | values).encode()


def test_what_was_written_is_what_is_read():
    assert Request.decoded(REQUEST.encoded()) == REQUEST
    assert Result.decoded(RESULT.encoded()) == RESULT
    assert Result.decoded(replace(RESULT, until=None).encoded()).until is None


def test_a_request_says_no_password_of_itself():
    told = repr(replace(REQUEST, current="the old one"))
    assert "kettle" not in told
    assert "the old one" not in told


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 5000,
        b" " * (LONGEST + 1),
        altered(version=2),
        altered(version="1"),
        altered(direction="to portal"),
        altered(extra=1),
        altered(operation="delete"),
        altered(id="7"),
        altered(password=None),
        altered(password=7),
        altered(must_change=1),
        altered(about="7"),
        altered(expires_at="tomorrow"),
        altered(expires_at="2026-11-21T12:00:00"),
        altered(issued_at=None),
    ],
)
def test_what_is_not_understood_is_no_request(raw):
    with pytest.raises(Malformed):
        Request.decoded(raw)


def test_no_message_can_be_sent_back_the_way_it_came():
    """S-C41: a request is no result, and a result no request."""
    with pytest.raises(Malformed):
        Result.decoded(REQUEST.encoded())
    with pytest.raises(Malformed):
        Request.decoded(RESULT.encoded())


@pytest.mark.parametrize(
    "change",
    [
        {"id": uuid4()},
        {"agent": "south"},
        {"directory": "other"},
        {"operation": Operation.UNLOCK},
        {"target": str(uuid4())},
    ],
)
def test_a_result_answers_one_request_and_no_other(change):
    assert RESULT.answers(REQUEST)
    assert not replace(RESULT, **change).answers(REQUEST)
