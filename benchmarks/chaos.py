"""Kills web processes in the middle of resets, then looks whether everything still adds up.

    .venv/bin/python -m benchmarks.chaos [--seconds 40]

People reset their passwords over HTTP while, at random moments, a worker of gunicorn is killed
(SIGKILL). Afterwards the rows must say: one write and one ending at most for each attempt, a notice
for each write, nothing left open, no audit record out of its chain (benchmarks/chaos_check.py). It
ends with a fault when something is wrong, and is run by hand.
"""

import argparse
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from http.client import HTTPException
from pathlib import Path

from benchmarks import stage as stages
from benchmarks.stage import PYTHON, ROOT, Stage
from benchmarks.visitors import Mailboxes, Visitor
from tests.support.postbox import free_port

PEOPLE, VISITORS = 400, 6
SETTLE_SECONDS = 240  # a write that was lost is void after three minutes


def visit(stage: Stage, mailboxes: Mailboxes, names: list[str], ended: Counter[str]) -> None:
    """One visitor after the other, until there are no more names."""
    while names:
        name = names.pop()
        visitor = Visitor(stage.address, random.randrange(60_000))
        try:
            visitor.reset(name, mailboxes, f"{random.getrandbits(80):x} and then some words")
            ended["done"] += 1
        except (OSError, HTTPException, RuntimeError, AssertionError, KeyError) as fault:
            ended[type(fault).__name__] += 1
        finally:
            visitor.close()


def disturb(stage: Stage, until: float) -> Counter[str]:
    """Kill a worker now and then; gunicorn starts another."""
    assert stage.web
    done: Counter[str] = Counter()
    while time.monotonic() < until:
        time.sleep(random.uniform(0.3, 2.5))
        children = Path(f"/proc/{stage.web.pid}/task/{stage.web.pid}/children").read_text().split()
        if children:
            os.kill(int(random.choice(children)), signal.SIGKILL)
            done["workers killed"] += 1
    return done


def checked(stage: Stage) -> str:
    """What the rows say once everything has had its time."""
    told = subprocess.run(
        [PYTHON, "-m", "benchmarks.chaos_check"],
        cwd=ROOT,
        env=stage.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if told.returncode:
        raise SystemExit(told.stdout + told.stderr[-3000:])
    return told.stdout


def main(seconds: float) -> None:
    with stages.workshop() as folder, stages.postgres(folder / "pg") as url:
        mail_port, port = free_port(), free_port()
        stage = Stage(folder, stages.environment(url, mail_port, port), port)
        stage.manage("migrate", "--noinput", "--verbosity", "0")
        stage.manage("collectstatic", "--noinput", "--verbosity", "0")
        people = [PYTHON, "-m", "benchmarks.people", str(PEOPLE)]
        subprocess.run(people, cwd=ROOT, env=stage.environment, check=True)
        names, ended = [f"person{n}@bench.example" for n in range(PEOPLE)], Counter[str]()
        with Mailboxes(mail_port) as mailboxes, stages.serving(stage, workers=2):
            threads = [
                threading.Thread(target=visit, args=(stage, mailboxes, names, ended), daemon=True)
                for _ in range(VISITORS)
            ]
            for thread in threads:
                thread.start()
            disturbed = disturb(stage, time.monotonic() + seconds)
            names.clear()
            for thread in threads:
                thread.join(timeout=90)
            print(dict(ended), dict(disturbed))
            print(f"Waiting {SETTLE_SECONDS} s for everything to settle …")
            time.sleep(SETTLE_SECONDS)
            print(checked(stage))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40)
    main(parser.parse_args().seconds)
