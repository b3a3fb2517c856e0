"""Two runs share the tests so that each is run, and each that asks a database on both."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.dealing import BOTH, dealt


@dataclass(frozen=True)
class Item:
    """As much of a test as dealing looks at."""

    nodeid: str
    marks: tuple[str, ...] = ()
    fixturenames: list[str] = field(default_factory=list, hash=False)

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def runs_of(*items: Any) -> list[list[str]]:
    """For each test, the runs that take it."""
    shares = {run: dealt(items, run) for run in BOTH}
    return [[run for run in BOTH if item in shares[run]] for item in items]


@pytest.mark.parametrize(
    ("marks", "fixtures", "runs"),
    [
        ((), [], ["sqlite"]),
        ((), ["db"], [*BOTH]),
        (("django_db",), [], [*BOTH]),
        (("django_db", "once"), [], ["sqlite"]),
        (("django_db", "sqlite"), [], ["sqlite"]),
        (("django_db", "postgres"), [], ["postgresql"]),
        (("browser",), ["live_server"], ["postgresql"]),
    ],
)
def test_a_test_is_run_where_it_tells_something(marks, fixtures, runs):
    assert runs_of(Item("a::test", marks, fixtures)) == [runs]


def test_two_cases_are_run_on_both():
    cases = [Item(f"a::test[{n}]", ("django_db",)) for n in range(2)]
    assert runs_of(*cases) == [[*BOTH]] * 2


def test_many_cases_are_dealt_out():
    cases = [Item(f"a::test[{n}]", ("django_db",)) for n in range(3)]
    assert runs_of(*cases) == [["sqlite"], ["postgresql"], ["sqlite"]]


def test_many_cases_that_are_once_only_are_not_dealt_out():
    cases = [Item(f"a::test[{n}]", ("once",)) for n in range(3)]
    assert runs_of(*cases) == [["sqlite"]] * 3


def test_cases_of_tests_that_are_called_alike_are_counted_apart():
    cases = [Item(f"{where}::test[{n}]", ("django_db",)) for where in "ab" for n in range(2)]
    assert runs_of(*cases) == [[*BOTH]] * 4
