"""The database: SQLite for one process, PostgreSQL for more."""

from pathlib import Path
from typing import Any

import dj_database_url

from sspr import env

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
_POSTGRESQL = {
    "connect_timeout": 5,
    "options": "-c statement_timeout=15000 -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=30000",
}


def configuration(base: Path) -> dict[str, Any]:
    """What DATABASE_URL says; a file below ``base`` when it is not set."""
    url = env.text("DATABASE_URL", f"sqlite:///{base / 'var' / 'sspr.sqlite3'}")
    found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    if found["ENGINE"].endswith("sqlite3"):
        return {**found, "CONN_HEALTH_CHECKS": False, "OPTIONS": _SQLITE}
    return {**found, "OPTIONS": {**_POSTGRESQL, **found.get("OPTIONS", {})}}
