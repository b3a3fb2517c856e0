"""Agents as processes of their own, over the real broker."""

import hashlib
import io
import os
import re
import subprocess
import sys
import time
import uuid
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from accounts.client import Client
from accounts.people.registry import Act
from tests.support import on_premises
from writeback.agent.__main__ import main
from writeback.agent.broker import Names, acl_of_agent, acl_of_portal
from writeback.agent.home import Home
from writeback.channel import agents, enrolment
from writeback.models import Agent

ROOT = Path(__file__).parents[2]
PYTHON = (sys.executable, "-W", "ignore", "-m")
PORTAL_PASSWORD, AGENT_PASSWORD = "portal-only-for-tests", "agent-only-for-tests"
NOBODY = Act(Client.nowhere())


def broker_url() -> str:
    """The real broker, as its administrator."""
    found = os.environ.get("TEST_REDIS_URL")
    if not found:
        pytest.skip("needs Redis: run script/test")
    return found


def administrator() -> "redis.Redis":
    return redis.Redis.from_url(broker_url())


def as_user(user: str, password: str) -> str:
    parts = urlsplit(broker_url())
    return f"redis://{user}:{password}@{parts.hostname}:{parts.port}/0"


def let_in(line: str) -> None:
    """Make a user of the broker, as the product has printed it."""
    with administrator() as client:
        client.execute_command("ACL", "SETUSER", *line.split(" "))


def hashed(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def portal_url() -> str:
    """The broker as the portal's user, who is let in."""
    let_in(acl_of_portal(hashed(PORTAL_PASSWORD)))
    return as_user("portal", PORTAL_PASSWORD)


def eventually(holds, seconds=15.0):
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


class AgentProcess:
    """One agent of a directory: its own files, its own user in the broker, its own process."""

    def __init__(self, directory, server, state: Path, name: str = "", **environment: str) -> None:
        self.directory, self.state = directory, state
        self.name = name or f"north-{uuid.uuid4().hex[:8]}"
        self.names = Names(str(directory.pk), self.name)
        let_in(acl_of_agent(self.names, hashed(AGENT_PASSWORD)))
        self.environment = {
            "PATH": os.environ["PATH"],
            "AGENT_BROKER_URL": as_user(self.names.user, AGENT_PASSWORD),
            **on_premises.environment_of(server.settings, state),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Home:
        return Home(self.state)

    @property
    def row(self) -> Agent:
        return Agent.objects.in_directory(self.directory).get(name=self.name)

    def do(self, command: str, told: str = "") -> str:
        """A command of the agent's, in this process; returns what it printed."""
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(told))
            main([command], self.environment)
        return said.getvalue()

    def run(self, command: str, told: str = "") -> str:
        """A command of the agent's, in a process of its own; returns what it printed."""
        done = subprocess.run(
            [*PYTHON, "writeback.agent", command],
            cwd=ROOT,
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    def enrol(self) -> "AgentProcess":
        """Everything that people do once for a new agent."""
        self.do("keygen")
        agent, ticket = enrolment.invite(self.directory.pk, self.name, NOBODY)
        told = self.do("enrol", ticket)
        agents.hear([agent])
        shown = enrolment.fingerprint_of(self.row)
        assert shown
        assert re.search(rf"{shown}$", told.strip())
        assert enrolment.confirm(self.row, NOBODY)
        return self

    def start(self) -> "AgentProcess":
        """Returns when the portal has heard of it."""
        before = self.row.sequence
        self.launch()
        eventually(lambda: self.is_heard(before), 30)
        return self

    def launch(self) -> None:
        with (self.state / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PYTHON, "celery", "-A", "writeback.agent", "worker", "--loglevel", "INFO"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def is_heard(self, after: int) -> bool:
        agents.hear([self.row])
        assert self.process is None or self.process.poll() is None, self.said()
        return self.row.sequence > after

    def said(self) -> str:
        return (self.state / "log").read_text()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        self.kill()
        with administrator() as client:
            keys = list(client.scan_iter(f"{self.names.prefix}*"))
            if keys:
                client.delete(*keys)
            client.acl_deluser(self.names.user)
