"""Which run takes a test, where there are two: one on SQLite and one on PostgreSQL.

With ``--deal`` each leaves to the other what need not be run twice. What asks no database, or
judges the same whatever the database (``once``), is SQLite's; pages in a browser are PostgreSQL's.
All else is run on both, but of a test with many cases each run takes every other one: what differs
between databases is the statement, not the case. Without ``--deal`` a run takes all that it can.
"""

from collections.abc import Iterable

import pytest
from django.conf import settings

BOTH = SQLITE, POSTGRESQL = "sqlite", "postgresql"
_DATABASE = {"db", "transactional_db", "live_server"}
MANY = 3
_ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deal", choices=[SQLITE, POSTGRESQL], help="leave the rest to the other run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if run := config.getoption("deal"):
        kept = dealt(items, run)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]
    foreign, where = ("sqlite", "SQLite") if _ON_POSTGRESQL else ("postgres", "PostgreSQL")
    for item in items:
        if item.get_closest_marker(foreign):
            item.add_marker(pytest.mark.skip(reason=f"needs {where}: see script/test"))


def dealt(items: Iterable[pytest.Item], run: str) -> set[pytest.Item]:
    """What this run takes."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept: set[pytest.Item] = set()
    for cases in tests.values():
        shared = [item for item in cases if _runs(item) == BOTH]
        kept.update(shared if len(shared) < MANY else shared[BOTH.index(run) :: 2])
        kept.update(item for item in cases if _runs(item) == (run,))
    return kept


def _runs(item: pytest.Item) -> tuple[str, ...]:
    """The runs that may take this test."""
    if _is(item, "postgres", "browser"):
        return (POSTGRESQL,)
    return BOTH if _asks_a_database(item) and not _is(item, "sqlite", "once") else (SQLITE,)


def _is(item: pytest.Item, *markers: str) -> bool:
    return any(map(item.get_closest_marker, markers))


def _asks_a_database(item: pytest.Item) -> bool:
    return _is(item, "django_db") or not _DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
