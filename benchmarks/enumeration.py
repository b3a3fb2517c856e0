"""Can somebody be told from nobody by how long an answer takes? Every step of a reset, in pairs.

    .venv/bin/python -m benchmarks.enumeration              2000 pairs
    .venv/bin/python -m benchmarks.enumeration --pairs 200  a glance

Two strangers walk side by side, one with the name of a person, one with a name that is nobody's;
at each step chance decides who asks first. Every pair has names and networks of its own, so that
no limit is met. What is printed for a step is the AUC: the chance that an answer for somebody takes
longer than one for nobody (Mann and Whitney), with DeLong's interval. 0.5 is none the wiser.
"""

import argparse
import http.client
import os
import re
import secrets
import statistics
import subprocess
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import psycopg2

from benchmarks import stage as stages
from benchmarks.stage import PYTHON, ROOT, Stage
from benchmarks.visitors import _TOKEN, Mailboxes
from tests.support.postbox import free_port

_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
WARM_UP = 20  # pairs that are not counted
CODE = "/reset/code/"
Step = tuple[str, str, str, dict[str, str], int]
STEPS: list[Step] = [  # what it is called, method, path, fields, the status that is right
    ("start page", "GET", "/reset/", {}, 200),
    ("name", "POST", "/reset/", {"username": ""}, 302),
    ("choice page", "GET", "/reset/method/", {}, 200),
    ("choice", "POST", "/reset/method/", {"check": "0"}, 302),
    ("code page", "GET", CODE, {}, 200),
    ("wrong code", "POST", CODE, {"code": "000000"}, 200),
    ("code page again", "GET", CODE, {}, 200),
    ("resend, too soon", "POST", "/reset/code/again/", {}, 302),
    ("resend", "POST", "/reset/code/again/", {}, 302),
    ("help page", "GET", "/reset/help/", {}, 200),
    ("password page", "GET", "/reset/password/", {}, 302),
    ("another check", "POST", "/reset/code/other/", {}, 302),
    ("stop", "POST", "/reset/stop/", {}, 302),
]


@dataclass
class Walker:
    """A stranger's browser that asks one thing at a time and says how long that took."""

    address: tuple[str, int]
    number: int
    name: str
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._http = http.client.HTTPConnection(*self.address, timeout=60)

    def take(self, step: Step) -> float:
        """Seconds from the request to the last byte of the answer."""
        _name, method, path, fields, status = step
        body, headers = None, self._headers()
        if method == "POST":
            filled = {key: self.name if key == "username" else fields[key] for key in fields}
            body = urlencode({"csrfmiddlewaretoken": self.token, **filled}).encode()
        started = time.perf_counter()
        self._http.request(method, path, body, headers)
        answer = self._http.getresponse()
        page = answer.read()
        took = time.perf_counter() - started
        if answer.status != status:
            where = answer.headers.get("Location", "") or _HEADING.findall(page.decode())
            raise SystemExit(f"{method} {path} for {self.name}: {answer.status} {where}")
        self._keep(answer, page.decode())
        return took

    def close(self) -> None:
        self._http.close()

    def _headers(self) -> dict[str, str]:
        return {
            "Host": f"localhost:{self.address[1]}",
            "X-Forwarded-For": f"10.{self.number // 250 % 250}.{self.number % 250}.1",
            "User-Agent": "Mozilla/5.0 (benchmark)",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
        }

    def _keep(self, answer: http.client.HTTPResponse, page: str) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {key: one.value for key, one in SimpleCookie(line).items()}
        found = _TOKEN.search(page)
        self.token = found[1] if found else self.token


def walk(stage: Stage, number: int, database: Any) -> dict[str, tuple[float, float]]:
    """One pair through all steps: how long each took, for somebody and for nobody."""
    somebody = Walker(stage.address, 2 * number, f"person{number}@bench.example")
    nobody = Walker(stage.address, 2 * number + 1, f"nobody{number}@bench.example")
    took = {}
    for step in STEPS:
        pair = [somebody, nobody]
        if secrets.randbelow(2):
            pair.reverse()
        if step[0] == "resend":
            database.cursor().execute("UPDATE registration_challenge SET next_send_at = now()")
        times = {walker.name: walker.take(step) for walker in pair}
        took[step[0]] = (times[somebody.name], times[nobody.name])
    somebody.close()
    nobody.close()
    return took


def auc(some: list[float], none: list[float], confidence: float) -> tuple[float, float, float]:
    """The area and its interval: DeLong, DeLong and Clarke-Pearson 1988, by ranks (Sun 2014)."""
    together = _ranks(some + none)
    m, n = len(some), len(none)
    over = [(a - b) / n for a, b in zip(together[:m], _ranks(some), strict=True)]
    under = [1 - (a - b) / m for a, b in zip(together[m:], _ranks(none), strict=True)]
    area = statistics.fmean(over)
    spread = (statistics.variance(over) / m + statistics.variance(under) / n) ** 0.5
    reach = statistics.NormalDist().inv_cdf(0.5 + confidence / 2) * spread
    return area, area - reach, area + reach


def _ranks(values: list[float]) -> list[float]:
    """From 1; what is equal shares its rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    return ranks


def measure(stage: Stage, pairs: int) -> dict[str, list[tuple[float, float]]]:
    """Walk all pairs. What the breaker counts is forgotten meanwhile: it is not what is asked."""
    took = defaultdict(list)
    with closing(psycopg2.connect(stage.environment["DATABASE_URL"])) as database:
        database.autocommit = True
        for number in range(WARM_UP + pairs):
            database.cursor().execute("DELETE FROM reset_answercount")
            for name, times in walk(stage, number, database).items():
                if number >= WARM_UP:
                    took[name].append(times)
    return took


def report(took: dict[str, list[tuple[float, float]]], confidence: float) -> None:
    print(
        f"{'step':16} {'pairs':>6} {'somebody':>9} {'nobody':>9}   AUC    {confidence:.1%} interval"
    )
    for name, times in took.items():
        some, none = map(list, zip(*times, strict=True))
        area, low, high = auc(some, none, confidence)
        verdict = "0.5 inside" if low <= 0.5 <= high else "0.5 OUTSIDE"
        medians = " ".join(f"{statistics.median(one) * 1000:6.2f} ms" for one in (some, none))
        print(f"{name:16} {len(times):6} {medians}  {area:.3f}  {low:.3f} to {high:.3f}  {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with stages.workshop() as folder, stages.postgres(folder / "postgres") as database:
        port, mail_port = free_port(), free_port()
        stage = Stage(folder, stages.environment(database, mail_port, port), port)
        stage.manage("migrate", "--verbosity", "0")
        stage.manage("collectstatic", "--noinput", "--verbosity", "0")
        people = [PYTHON, "-m", "benchmarks.people", str(WARM_UP + given.pairs)]
        subprocess.run(people, cwd=ROOT, env=stage.environment, check=True)
        with Mailboxes(mail_port), stages.serving(stage, given.workers):
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.workers} workers")
            took = measure(stage, given.pairs)
    report(took, 0.95)
    print(f"\nAll {len(took)} steps together, each at a stricter level (Bonferroni):")
    report(took, 1 - 0.05 / len(took))


if __name__ == "__main__":
    main()
