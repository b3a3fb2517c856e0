"""Statements that read a tenant's table without saying whose rows they want.

The guard watches every request that the product answers in a test. A row that Django writes
back, reads again or deletes because it is already in hand is not a crossing: it was found under
its directory.
"""

import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from accounts.tenancy import crossing

_HOUSE = Path(__file__).resolve().parents[2]
_TABLE = re.compile(r'\b(?:FROM|JOIN|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)
_NAMED = re.compile(r'\bdirectory_id"?\s*(?:=|IN\b)', re.IGNORECASE)
_IN_HAND = {
    ("django/db/models/base.py", "_do_update"),
    ("django/db/models/base.py", "refresh_from_db"),
    ("django/db/models/deletion.py", "collect"),
    ("django/db/models/deletion.py", "delete"),
}

# Rows that mention a directory and that machinery reads for all of them: names to find one by,
# the outbox's parcels, and counters under keyed hashes.
OF_THE_DEPLOYMENT = {"accounts.Domain", "accounts.Parcel", "accounts.Tally"}

_crossings: list[str] = []


def tenant_models() -> list[type[Model]]:
    """The models whose rows belong to one directory."""
    owned = [
        model
        for model in apps.get_models()
        if any(field.name == "directory" for field in model._meta.fields)
    ]
    return [model for model in owned if model._meta.label not in OF_THE_DEPLOYMENT]


@cache
def tenant_tables() -> frozenset[str]:
    """Their tables."""
    return frozenset(model._meta.db_table for model in tenant_models())


@lru_cache(4096)
def crosses(sql: str) -> bool:
    """Does a statement touch a tenant's table without naming a directory in its WHERE?"""
    touched = tenant_tables().intersection(_TABLE.findall(sql))
    if not touched or sql.lstrip().upper().startswith("INSERT"):
        return False
    _head, _where, condition = sql.partition(" WHERE ")
    return not _NAMED.search(condition)


def _is_in_hand() -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_name
        if any(frame.f_code.co_filename.endswith(f) and name == n for f, n in _IN_HAND):
            return True
        frame = frame.f_back
    return False


def _where_from() -> str:
    ours = [
        f"{Path(line.filename).relative_to(_HOUSE)}:{line.lineno} {line.name}"
        for line in traceback.extract_stack()
        if Path(line.filename).is_relative_to(_HOUSE)
        and ".venv" not in line.filename
        and "/tests/" not in line.filename
    ]
    return " > ".join(ours[-4:])


def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """The wrapper around every statement: notes the crossings and lets everything pass."""
    if crosses(sql) and not crossing() and not _is_in_hand():
        _crossings.append(f"{sql[:400]}\n    from {_where_from()}")
    return execute(sql, params, many, context)


@contextmanager
def guarded() -> Iterator[None]:
    """Note the crossings of a stretch of code; the test fails with them at its end."""
    with connection.execute_wrapper(watch):
        yield


def take_crossings() -> list[str]:
    """What was noted since the last time, each once."""
    found = list(dict.fromkeys(_crossings))
    _crossings.clear()
    return found
