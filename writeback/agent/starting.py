"""An agent's worker, made of what the environment says."""

import os
from collections.abc import Mapping
from pathlib import Path

from writeback.agent.brakes import Brakes
from writeback.agent.drivers.active_directory import ActiveDirectory
from writeback.agent.drivers.base import Driver
from writeback.agent.drivers.openldap import OpenLdap
from writeback.agent.journal import Journal
from writeback.agent.settings import LdapSettings, WrongSettings
from writeback.agent.work import Worker

_DRIVERS: dict[str, type[ActiveDirectory] | type[OpenLdap]] = {
    kind.kind: kind for kind in (ActiveDirectory, OpenLdap)
}


def worker(name: str, directory: str, environment: Mapping[str, str] = os.environ) -> Worker:
    """A worker for one directory, with its driver, journal and brakes; raises WrongSettings.

    ``name`` and ``directory`` are those that requests must carry.
    """
    state = environment.get("AGENT_STATE_DIR")
    if not state:
        raise WrongSettings("AGENT_STATE_DIR is missing: a directory for the agent's journal")
    return Worker(
        name=name,
        directory=directory,
        driver=driver(LdapSettings.from_environment(environment)),
        journal=Journal(Path(state) / "journal.sqlite3"),
        brakes=brakes(environment),
    )


def driver(settings: LdapSettings) -> Driver:
    """The driver for a kind of server."""
    return _DRIVERS[settings.kind](settings)


def brakes(environment: Mapping[str, str]) -> Brakes:
    """Reads AGENT_ALLOWED_BASES and AGENT_PROTECTED_GROUPS (names with commas in them, so
    separated by semicolons), AGENT_WRITES_PER_MINUTE and AGENT_WRITES_PER_ACCOUNT (in an hour)."""
    default = Brakes()
    return Brakes(
        bases=_listed(environment, "AGENT_ALLOWED_BASES"),
        protected_groups=frozenset(_listed(environment, "AGENT_PROTECTED_GROUPS")),
        writes_per_minute=_number(
            environment, "AGENT_WRITES_PER_MINUTE", default.writes_per_minute
        ),
        writes_per_account=_number(
            environment, "AGENT_WRITES_PER_ACCOUNT", default.writes_per_account
        ),
    )


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environment.get(name, "").split(";") if part.strip())


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not int(text):
        raise WrongSettings(f"{name} is a whole number above 0")
    return int(text)
