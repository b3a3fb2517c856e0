"""A real reset, as whoever reads the reports finds it afterwards."""

import csv
import io

import pytest

from accounts.audit.models import AuditRecord
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from accounts.reference import reference_of
from tests.cast import PASSWORD
from tests.journeys import NEW, ResetJourney, words_of
from tests.reports.visits import EXPORT, URL

ADA = "ada@corp.example"
STRANGER = "my own password 1@corp.example"


@pytest.fixture
def trail(ada, corp, run_outbox, postbox):
    """Ada came back in; returns the records of her attempt."""
    journey = ResetJourney().start(ADA).choose(0)
    run_outbox()
    journey.answer("000000").answer(postbox.code("ada@home.example")).save()
    of_attempts = AuditRecord.objects.in_directory(corp).filter(attempt__isnull=False)
    return list(of_attempts.order_by("at", "pk"))


def test_every_step_can_be_read(trail, desk):
    words = words_of(desk.get(f"{URL}attempts/{trail[0].attempt}/"))
    steps = [
        "Said who they are",
        "Began a check (Alternate email)",
        "Failed a check (Alternate email)",
        "Passed a check (Alternate email)",
        "Reset the password (checked by Alternate email)",
    ]
    places = [words.index(step) for step in steps]
    assert places == sorted(places)


def test_the_reference_she_read_out_finds_it(trail, desk):
    answer = desk.get(URL, {"q": reference_of(trail[0].attempt)})
    assert len(answer.context["rows"]) == len(trail)


def test_no_sentence_is_left_without_its_words(trail, desk):
    for row in desk.get(URL).context["rows"]:
        assert row.what != row.kind
        assert "%(" not in row.what


def test_no_password_and_no_code_is_in_the_file(trail, desk, postbox):
    text = b"".join(desk.get(EXPORT)).decode()
    assert NEW not in text
    assert PASSWORD not in text
    assert postbox.code("ada@home.example") not in text


def test_what_was_typed_for_nobody_cannot_be_read(desk, corp):
    ResetJourney().start(STRANGER)
    text = b"".join(desk.get(EXPORT)).decode("utf-8-sig")
    people = {row["display_name"] for row in csv.DictReader(io.StringIO(text))}
    assert "my own password" not in text
    assert any(person.startswith("Nobody we know (") for person in people)


def test_the_trail_of_a_reset_is_sealed_and_holds(trail):
    seal()
    verdict = verify()
    assert verdict.faults == []
    assert verdict.unsealed == 0
    assert verdict.records >= len(trail)
