"""What findings say, and how they travel."""

import json

import pytest

from writeback.agent.answers import Health
from writeback.agent.doctor.examination import UNIT
from writeback.agent.doctor.findings import WORDS, finding, heard, told
from writeback.agent.doctor.mending import parent
from writeback.agent.messages import LONGEST


def test_a_long_list_fits_into_a_message():
    """Twenty names at their longest, and lines for five of them."""
    assert UNIT <= 300
    dn = "CN=" + "ä" * 64 + ",OU=" + "ö" * 200 + ",DC=corp,DC=example,DC=test"
    facts = {"names": "; ".join([dn] * 20), "where": dn, "people": 300, "without": 300}
    lines = ("x" * 900,) * 10
    findings = [
        told(finding(f"right_{one}", "some", mends=lines, **facts))
        for one in ("reset", "unlock", "must_change")
    ]
    assert len(json.dumps(findings, ensure_ascii=False).encode()) < LONGEST


def test_every_finding_has_words_and_an_id_of_its_own():
    ids = [words.id for words in WORDS.values()]
    assert len(set(ids)) == len(ids)
    for (subject, cause), words in WORDS.items():
        assert bool(words.remedy) is (words.health is not Health.WELL), (subject, cause)


@pytest.mark.parametrize(
    "raw", [None, {}, [], {"subject": "x"}, {**told(finding("base", base="x")), "health": "ill"}]
)
def test_what_is_no_finding_is_not_taken_for_one(raw):
    with pytest.raises(ValueError, match=r"finding|Health"):
        heard(raw)


@pytest.mark.parametrize(
    ("dn", "above"),
    [
        ("CN=Ada,OU=Staff,DC=corp", "OU=Staff,DC=corp"),
        ("CN=Lovelace\\, Ada,OU=Staff,DC=corp", "OU=Staff,DC=corp"),
        ("CN=a\\2Cb,OU=Staff", "OU=Staff"),
        ("CN=a\\\\,OU=Staff", "OU=Staff"),
    ],
)
def test_what_an_entry_lies_in(dn, above):
    assert parent(dn) == above
