"""docs/security-tests.md says what the tests hold, no more and no less."""

import pytest

from tests.support import security_map

KNOWN = security_map.catalogue()
NUMBERS = [
    *[f"I{n}" for n in range(1, 11)],
    *[f"P-C{n:02}" for n in range(1, 61)],
    *[f"S-C{n:02}" for n in range(1, 51)],
]


def test_every_number_has_its_line():
    assert list(KNOWN) == NUMBERS


def test_every_number_is_tested_or_excused():
    held = security_map.held()
    assert not [n for n, entry in KNOWN.items() if not held[n] and not entry.remark]


def test_every_test_named_by_hand_exists():
    tests = dict(security_map.every_test())
    named = [test for entry in KNOWN.values() for test in entry.tests]
    assert not [test for test in named if test not in tests]


def test_no_test_names_a_number_that_is_not_there():
    catalogued = {n for n in security_map.from_docstrings() if n[0] == "I" or n[2] == "C"}
    assert not catalogued - set(KNOWN)


def test_the_page_is_fresh():
    page = security_map.PAGE.read_text("utf-8")
    assert page == security_map.page(), "run script/security-map"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("I4: five tries", ["I4"]),
        ("Fifty at once (I1-I3, S-C09).", ["I1", "I2", "I3", "S-C09"]),
        ("P-C01, P-C02: a proof", ["P-C01", "P-C02"]),
        ("S-B-3.5.3, S-A07", ["S-B-3.5.3", "S-A07"]),
        ("Nothing of it, I say, at 10", []),
    ],
)
def test_numbers_are_read_from_sentences(text, numbers):
    assert list(security_map.numbers_in(text)) == numbers
