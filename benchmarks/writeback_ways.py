"""Passwords set one way and another, in one process. Run by ``benchmarks.writeback``."""

import os
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from types import SimpleNamespace

import django

django.setup()

from django.conf import settings
from ldap3 import MODIFY_REPLACE

from accounts.people.models import Directory
from benchmarks.servers import NO_BRAKES
from benchmarks.writeback import CLIENTS, line
from tests.support import agent_process
from writeback import channel
from writeback.agent import starting
from writeback.agent.drivers.connections import Connections
from writeback.agent.drivers.writing import sent
from writeback.agent.messages import Operation, Request, State
from writeback.agent.settings import LdapSettings
from writeback.agent.work import Worker
from writeback.channel import agents

Set = Callable[[int, str], None]
ROUND = 20


class Bare:
    """The modify alone, over kept connections."""

    def __init__(self, people: list[tuple[str, str]]) -> None:
        self.people = people
        self.settings = LdapSettings.from_environment()
        self.connections = Connections(self.settings)

    def __call__(self, number: int, password: str) -> None:
        changes = {"userPassword": [(MODIFY_REPLACE, [password])]}
        if self.settings.kind == "active_directory":
            quoted = f'"{password}"'.encode("utf-16-le")
            changes = {
                "unicodePwd": [(MODIFY_REPLACE, [quoted])],
                "lockoutTime": [(MODIFY_REPLACE, ["0"])],
            }
        with self.connections.service() as connection:
            code, text = sent(connection, self.people[number][1], changes, None)
        assert code == 0, text


class ThroughAgent:
    def __init__(self, people: list[tuple[str, str]], worker: Worker) -> None:
        self.people, self.worker = people, worker

    def __call__(self, number: int, password: str) -> None:
        now = datetime.now(UTC)
        result = self.worker.work(
            Request(
                id=uuid.uuid4(),
                agent=self.worker.name,
                directory=self.worker.directory,
                operation=Operation.RESET,
                target=self.people[number][0],
                policy="",
                issued_at=now,
                expires_at=now + timedelta(minutes=3),
                password=password,
            )
        )
        assert result.state is State.DONE, result


class ThroughChannel:
    """To an agent behind a broker, or without one to that in this process."""

    def __init__(self, people: list[tuple[str, str]], directory: int, broker: str = "") -> None:
        self.people, self.directory, self.broker = people, directory, broker

    def __call__(self, number: int, password: str) -> None:
        settings.AGENT_BROKER_URL = self.broker
        order = channel.Order(
            operation=Operation.RESET, target=self.people[number][0], password=password
        )
        channel.ask(self.directory, order)


def batch(way: Set, numbers: range, pool: ThreadPoolExecutor) -> tuple[list[float], float]:
    """How long each took, and all together."""
    stamp = uuid.uuid4().hex[:6]

    def once(number: int) -> float:
        started = perf_counter()
        way(number, f"a brand new secret {stamp} {number}")
        return perf_counter() - started

    started = perf_counter()
    return list(pool.map(once, numbers)), perf_counter() - started


def measure(ways: dict[str, Set], times: int, listen: Callable[[], object]) -> None:
    """All ways in turn, in rounds, so that a busy moment of the machine hits all alike. ``listen``
    hears the agent's heartbeats, as the portal's worker does."""
    for clients in CLIENTS:
        took: dict[str, list[float]] = {name: [] for name in ways}
        seconds = dict.fromkeys(ways, 0.0)
        with ThreadPoolExecutor(clients) as pool:
            for way in ways.values():
                batch(way, range(clients), pool)  # connections are made
            for at in range(0, times, ROUND):
                listen()
                for name, way in ways.items():
                    each, whole = batch(way, range(at, min(at + ROUND, times)), pool)
                    took[name] += each
                    seconds[name] += whole
        for name in ways:
            line(name, clients, took[name], seconds[name])
        report(took, seconds)


def report(took: dict[str, list[float]], seconds: dict[str, float]) -> None:
    """What each way adds to the bare one, at the median, and the share of its throughput."""
    bare, *others = took
    for name in others:
        added = (median(took[name]) - median(took[bare])) * 1000
        print(f"{name}: {added:+.1f} ms, {seconds[bare] / seconds[name]:.0%} of the throughput")


def main(times: int) -> None:
    directory = Directory.objects.get()
    worker = starting.worker("bench", str(directory.pk))
    accounts = [worker.driver.find(f"person{number}@bench.example") for number in range(times)]
    people = [(account.anchor, account.dn) for account in accounts if account]
    assert len(people) == times
    broker = settings.AGENT_BROKER_URL = agent_process.portal_url()
    state = Path(os.environ["AGENT_STATE_DIR"]) / "behind the broker"
    state.mkdir(parents=True, exist_ok=True)
    server = SimpleNamespace(settings=LdapSettings.from_environment())
    agent = agent_process.AgentProcess(directory, server, state, **NO_BRAKES).enrol().start()
    ways: dict[str, Set] = {
        "bare LDAP": Bare(people),
        "through agent": ThroughAgent(people, worker),
        "in one process": ThroughChannel(people, directory.pk),
        "over a broker": ThroughChannel(people, directory.pk, broker),
    }
    measure(ways, times, lambda: agents.hear([agent.row]))
    agent.end()
    worker.close()


main(int(sys.argv[1]))
