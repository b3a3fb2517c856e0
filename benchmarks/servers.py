"""Directory servers and a broker for the benchmarks, and what agents are told of them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.stage import ROOT
from tests.agent import servers
from tests.support import on_premises

NO_BRAKES = {"AGENT_WRITES_PER_MINUTE": "1000000", "AGENT_WRITES_PER_ACCOUNT": "1000000"}


@contextmanager
def directory_server(name: str, folder: Path) -> Iterator[Any]:
    """Samba or slapd, for as long as it is needed."""
    script = str(ROOT / "script" / "services" / name)
    done = subprocess.run([script, folder, "start"], check=True, capture_output=True, text=True)
    told = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    kind: Any = servers.ActiveDirectoryServer if name == "samba" else servers.OpenLdapServer
    try:
        server = kind.start({key.partition("_")[2]: value for key, value in told.items()})
        server.policy()
        server.any_characters()
        yield server
    finally:
        subprocess.run([script, folder, "stop"], check=True)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a throw-away broker."""
    script = str(ROOT / "script" / "services" / "redis")
    done = subprocess.run([script, folder, "start"], check=True, capture_output=True, text=True)
    try:
        yield done.stdout.strip().partition("=")[2]
    finally:
        subprocess.run([script, folder, "stop"], check=True)


def agent_environment(server: Any, folder: Path) -> dict[str, str]:
    """What the agent in a process is told."""
    return {**NO_BRAKES, **on_premises.environment_of(server.settings, folder / "agent")}
