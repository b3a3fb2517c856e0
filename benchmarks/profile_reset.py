"""One reset after another in one process, under the profiler. Started by reset_cost."""

import cProfile
import pstats
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.core import mail
from django.test import Client
from django.test.utils import setup_test_environment

from accounts.outbox import services as outbox

TIMES = 20
ROOT = Path(settings.BASE_DIR)
GROUPS = (
    ("the hash", r"argon2|_ffi|hash_secret"),
    ("database", r"sqlite3|psycopg2|django/db"),
    ("templates", r"django/template|render"),
    ("forms", r"django/forms"),
    ("mail", r"/email/|django/core/mail|smtplib"),
    ("logging", r"logging|pythonjsonlogger"),
    ("translation", r"gettext|translation"),
    ("our own code", rf"{ROOT}/(?:sspr|reports|reset|change|registration|writeback|accounts)/"),
    ("the rest of Django", r"django"),
)


def one(client: Client, number: int) -> None:
    """A complete reset, with what the outbox does for it."""
    client.cookies.clear()
    client.defaults["REMOTE_ADDR"] = f"10.9.{number}.1"
    client.get("/reset/")
    client.post("/reset/", {"username": f"person{number}@bench.example"}, follow=True)
    client.post("/reset/method/", {"check": 0}, follow=True)
    outbox.work()
    code = re.search(r"(?<!\d)\d{3} ?\d{3}(?!\d)", str(mail.outbox[-1].body))
    assert code
    client.post("/reset/code/", {"code": code.group().replace(" ", "")}, follow=True)
    new = {"new_password": f"a brand new secret no {number}"}
    done = client.post("/reset/password/", new, follow=True)
    assert done.redirect_chain[-1][0] == "/reset/done/", done.redirect_chain
    outbox.work()


def main() -> None:
    people = [sys.executable, "-m", "benchmarks.people", str(TIMES + 3)]
    subprocess.run(people, check=True, cwd=ROOT)
    setup_test_environment()
    client = Client(HTTP_HOST="localhost")  # one, so that the middleware is loaded once
    for number in range(3):
        one(client, number)
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(3, TIMES + 3):
        one(client, number)
    profiler.disable()
    show(pstats.Stats(profiler))


def show(stats: pstats.Stats) -> None:
    timings = stats.stats  # type: ignore[attr-defined]
    shares: Counter[str] = Counter()
    for (path, _line, name), (_calls, _all, own, _total, _callers) in timings.items():
        shares[_group(f"{path} {name}")] += own
    whole = sum(shares.values())
    print(f"under the profiler: {whole / TIMES * 1000:.0f} ms a reset, of which")
    for group, own in shares.most_common():
        print(f"  {group:20} {own / whole:6.1%}")
    stats.sort_stats("tottime").print_stats(15)


def _group(text: str) -> str:
    return next((group for group, pattern in GROUPS if re.search(pattern, text)), "Python")


main()
