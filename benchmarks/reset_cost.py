"""What one complete cloud reset by mail costs, and how many of them a machine does.

    .venv/bin/python -m benchmarks.reset_cost            everything
    .venv/bin/python -m benchmarks.reset_cost --quick    a glance

A complete reset is nine requests (start page, name, checks, code, password, done page), the code's
mail and the notice. Its cost is the processor time of the web processes, the outbox worker in them
included; PostgreSQL, the mail server and the visitors run beside them, on the same cores.
"""

import argparse
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from benchmarks import stage as stages
from benchmarks.stage import PYTHON, ROOT, Stage
from benchmarks.visitors import Mailboxes, Visitor, page_times
from tests.support.postbox import free_port

CLIENTS = (1, 8, 32)


def bare_hash(stage: Stage) -> float:
    """Milliseconds of processor time of one hash with the product's own parameters."""
    command = [PYTHON, "-m", "benchmarks.bare_hash"]
    return float(subprocess.check_output(command, cwd=ROOT, env=stage.environment))


def report_cost(stage: Stage, reset: Callable[[], float], mailboxes: Mailboxes, times: int) -> None:
    """Processor time of one reset after another, as milliseconds and in bare hashes."""
    for _ in range(6):
        reset()
    _settle(mailboxes)
    idle = _idle(stage)
    before, started = stage.cpu_of_web(), time.perf_counter()
    for _ in range(times):
        reset()
    _settle(mailboxes)
    used = stage.cpu_of_web() - before - idle * (time.perf_counter() - started)
    each, hash_ms = used / times * 1000, bare_hash(stage)
    print(f"one bare hash                  {hash_ms:8.1f} ms CPU")
    print(f"one complete reset by mail     {each:8.1f} ms CPU   {each / hash_ms:.2f} hashes")
    print(f"web processes doing nothing    {idle * 1000:8.1f} ms CPU a second (not counted above)")


def _idle(stage: Stage, seconds: float = 4) -> float:
    before = stage.cpu_of_web()
    time.sleep(seconds)
    return (stage.cpu_of_web() - before) / seconds


def _settle(mailboxes: Mailboxes) -> None:
    """Wait until no mail has come for a while."""
    seen = -1
    while seen != mailboxes.count:
        seen = mailboxes.count
        time.sleep(1.5)


def report_pages(stage: Stage, seconds: float) -> None:
    page_times(stage.address, "/reset/", 4, 1)
    for clients in CLIENTS:
        took = page_times(stage.address, "/reset/", clients, seconds)
        _line("start page", clients, took, seconds)


def report_resets(reset: Callable[[], float], times: int) -> None:
    for clients in CLIENTS:
        started = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            took = list(pool.map(lambda _: reset(), range(max(times, clients * 3))))
        _line("complete reset", clients, took, time.perf_counter() - started)


def _line(what: str, clients: int, took: list[float], seconds: float) -> None:
    cuts = statistics.quantiles(took, n=20)
    print(
        f"{what:15} {clients:3} clients  {len(took) / seconds:8.1f} a second"
        f"   p50 {cuts[9] * 1000:8.1f} ms   p95 {cuts[18] * 1000:8.1f} ms"
    )


def profile(folder: Path) -> None:
    """Where the rest goes: one process, no network."""
    environment = stages.environment(f"sqlite:///{folder / 'profile.sqlite3'}", 9, 80)
    stage = Stage(folder, environment | {"LOG_LEVEL": "CRITICAL"}, 80)
    stage.manage("migrate", "--verbosity", "0")
    command = [PYTHON, "-m", "benchmarks.profile_reset"]
    subprocess.run(command, cwd=ROOT, env=stage.environment, check=True)


def resetter(stage: Stage, mailboxes: Mailboxes) -> Callable[[], float]:
    """Resets the next person's password; returns how long that took."""
    numbers = count()

    def reset() -> float:
        number = next(numbers)
        visitor = Visitor(stage.address, number)
        started = time.perf_counter()
        visitor.reset(f"person{number}@bench.example", mailboxes, f"a brand new secret no {number}")
        visitor.close()
        return time.perf_counter() - started

    return reset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    times, seconds = (20, 3.0) if given.quick else (100, 10.0)
    with stages.workshop() as folder, stages.postgres(folder / "postgres") as database:
        port, mail_port = free_port(), free_port()
        stage = Stage(folder, stages.environment(database, mail_port, port), port)
        stage.manage("migrate", "--verbosity", "0")
        stage.manage("collectstatic", "--noinput", "--verbosity", "0")
        people = [PYTHON, "-m", "benchmarks.people", "2000"]
        subprocess.run(people, cwd=ROOT, env=stage.environment, check=True)
        with Mailboxes(mail_port) as mailboxes, stages.serving(stage, given.workers):
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.workers} workers")
            reset = resetter(stage, mailboxes)
            report_cost(stage, reset, mailboxes, times)
            report_pages(stage, seconds)
            report_resets(reset, times)
        profile(folder)


if __name__ == "__main__":
    main()
