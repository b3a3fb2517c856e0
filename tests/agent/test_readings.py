"""Reading page by page: what an agent tells, and what it does when it is asked again."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from writeback.agent.answers import Away, Refused
from writeback.agent.drivers.base import GroupPart, Mark, Person, Present
from writeback.agent.messages import LONGEST, Operation, Result, State
from writeback.agent.readings import MOST, Readings


def person(n, **values):
    usual = {"account_name": f"p{n}", "display_name": "Ä" * 100, "enabled": True}
    return Person(str(uuid4()), f"p{n}@corp.example", **{**usual, **values})


def everybody(count):
    yield Present(bytes(16) * count)
    for n in range(count):
        yield person(n)
    yield GroupPart(str(uuid4()), "staff", bytes(16) * 500)
    yield Mark("the end", whole=True)


@pytest.fixture
def readings():
    made = Readings()
    yield made
    made.close()


def pages(readings, items):
    told: list[dict[str, Any]] = []
    target = ""
    while not told or target:
        told.append(readings.page(uuid4(), target, lambda mark: items))
        target = told[-1]["next"]
    return told


def size_of(facts):
    result = Result(
        id=uuid4(),
        agent="north",
        directory="1",
        operation=Operation.PEOPLE,
        target=f"page:{uuid4()}:10000",
        state=State.DONE,
        answered_at=datetime.now(UTC),
        facts=facts,
    )
    return len(result.encoded())


def test_every_page_fits_into_a_message_and_nothing_is_lost(readings):
    told = pages(readings, everybody(400))
    assert len(told) > 2
    assert all(size_of(page) <= LONGEST for page in told)
    assert [one["account"] for page in told for one in page["people"]] == [
        f"p{n}" for n in range(400)
    ]
    assert sum(len(b64decode(page["present"])) for page in told) == 400 * 16
    assert [len(page["groups"]) for page in told] == [0] * (len(told) - 1) + [1]
    assert (told[-1]["mark"], told[-1]["whole"]) == ("the end", True)
    assert not any(page["mark"] for page in told[:-1])


def test_what_is_longest_fits(readings):
    contacts = dict.fromkeys(("mail", "mobile", "office_phone", "alternate_email"), "€" * 254)
    long = [person(n, display_name="€" * 254, attributes=contacts) for n in range(40)]
    told = pages(readings, iter([*long, Mark("", whole=True)]))
    assert all(size_of(page) <= LONGEST for page in told)
    assert sum(len(page["people"]) for page in told) == 40


def test_what_is_too_long_is_left_out(readings):
    mad = person(1, display_name="x" * 100_000, attributes={"mobile": "1" * 255})
    (page,) = pages(readings, iter([mad, Mark("", whole=True)]))
    (told,) = page["people"]
    assert (told["display"], told["contacts"]) == ("", {"mobile": ""})


def test_the_last_page_is_told_again_and_no_other(readings):
    """Its answer may have been lost on the way."""
    job = uuid4()
    first = readings.page(job, "", lambda mark: everybody(400))
    second = readings.page(uuid4(), first["next"], everybody)
    assert readings.page(uuid4(), first["next"], everybody) == second
    for target in (f"page:{job}:1", f"page:{job}:4", f"page:{job}:0", f"page:{job}:x", "page:"):
        with pytest.raises(Refused, match="start_over"):
            readings.page(uuid4(), target, everybody)


def test_nothing_comes_after_the_end(readings):
    job = uuid4()
    page = readings.page(job, "", lambda mark: iter([Mark("m", whole=True)]))
    assert page["next"] == ""
    with pytest.raises(Refused, match="start_over"):
        readings.page(uuid4(), f"page:{job}:2", everybody)


def test_a_reading_of_another_life_starts_over(readings):
    first = readings.page(uuid4(), "", lambda mark: everybody(400))
    with pytest.raises(Refused, match="start_over"):
        Readings().page(uuid4(), first["next"], everybody)
    with pytest.raises(Refused, match="start_over"):
        readings.page(uuid4(), "anything", everybody)


def test_the_mark_is_handed_to_the_driver(readings):
    marks = []

    def begin(mark):
        marks.append(mark)
        return iter([Mark("", whole=True)])

    readings.page(uuid4(), "since:abc:12", begin)
    readings.page(uuid4(), "", begin)
    assert marks == ["abc:12", ""]


def test_a_reading_that_is_left_makes_room_and_lets_go_of_its_connection(readings):
    closed = []

    def items():
        try:
            yield from everybody(400)
        finally:
            closed.append(True)

    first = readings.page(uuid4(), "", lambda mark: items())
    for _other in range(MOST):
        readings.page(uuid4(), "", lambda mark: everybody(400))
    assert closed == [True]
    with pytest.raises(Refused, match="start_over"):
        readings.page(uuid4(), first["next"], everybody)


def test_a_reading_that_failed_is_over(readings):
    def items():
        yield from (person(n) for n in range(400))
        raise Away

    first = readings.page(uuid4(), "", lambda mark: items())
    with pytest.raises(Away):
        pages_after(readings, first)
    with pytest.raises(Refused, match="start_over"):
        readings.page(uuid4(), first["next"], everybody)


def pages_after(readings, page):
    while page["next"]:
        page = readings.page(uuid4(), page["next"], everybody)


def test_facts_are_plain(readings):
    for page in pages(readings, everybody(3)):
        assert json.loads(json.dumps(page)) == page
