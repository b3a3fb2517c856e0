"""How the activity report behaves as the trail grows. By hand, on an empty PostgreSQL database:

    DATABASE_URL=postgresql://… python benchmarks/reports_scale.py [10000 100000 1000000]

Prints milliseconds for pages, an export and a seal at each size, and the ratio of the largest
to the smallest: flat means about 1.
"""

import os
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sspr.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from accounts.audit.events import Event
from accounts.audit.models import AuditRecord, Outcome
from accounts.audit.seal import seal_batch
from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import Directory, User
from reports import csvs, queries, tables
from reset.events import GateFailed

PEOPLE = 1000
RUNS = 20
UTC = ZoneInfo("UTC")
FILL = """
    INSERT INTO accounts_auditrecord (directory_id, at, kind, outcome, subject_id, actor_id,
        attempt, method, language, device, network, body, personal)
    SELECT %(directory)s, now() - (%(rows)s - n) * interval '1 second',
        (ARRAY['reset.started', 'reset.gate_failed', 'signin.signed_in'])[1 + n %% 3],
        (ARRAY['succeeded', 'failed', 'noted', 'noted'])[1 + n %% 4],
        %(first)s + n %% %(people)s, %(first)s + n %% %(people)s,
        md5((n / 8)::text)::uuid, 'alternate_email', 'en', 'phone', '203.0.113.0/24',
        '{"facts":{"method":"alternate_email","why":"wrong"}}'::bytea, ''::bytea
    FROM generate_series(%(have)s + 1, %(rows)s) n
"""


def milliseconds(act: Callable[[], object]) -> float:
    """The median of some runs."""
    taken = []
    for _run in range(RUNS):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[RUNS // 2]


def fill(directory: Directory, first: int, rows: int) -> None:
    """Bring the trail to so many records; the bulk of them counts as sealed."""
    have = AuditRecord.objects.count()
    values = {"directory": directory.pk, "first": first, "people": PEOPLE, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(FILL, {**values, "have": have})
        cursor.execute("TRUNCATE accounts_unsealedrecord")
        cursor.execute("ANALYZE accounts_auditrecord")


def measures(directory: Directory) -> dict[str, float]:
    """What readers and the sealer do, in milliseconds."""
    everything = queries.records(directory)
    middle = everything.order_by("at")[AuditRecord.objects.count() // 2]
    mark = str(queries.Mark(middle.at, middle.pk))
    person = queries.about(everything, directory, "p7@bench.example")
    day = middle.at.date()
    event: Event = GateFailed(method="alternate_email", why="wrong")

    def a_seal() -> None:
        record(event, directory=directory.pk, client=Client.nowhere())
        seal_batch()

    def a_thousand_lines() -> None:
        entries = islice(queries.everything(everything), 1000)
        shown = (tables.row(entry, time_zone="UTC", addresses=False) for entry in entries)
        list(csvs.lines(tables.cells(row, addresses=False) for row in shown))

    return {
        "first page": milliseconds(lambda: queries.page(everything)),
        "page in the middle": milliseconds(lambda: queries.page(everything, older_than=mark)),
        "a person's page": milliseconds(lambda: queries.page(person)),
        "a kind": milliseconds(lambda: queries.page(everything.filter(kind="reset.started"))),
        "a rare outcome": milliseconds(
            lambda: queries.page(everything.filter(outcome=Outcome.BLOCKED))
        ),
        "a day": milliseconds(lambda: queries.page(queries.between(everything, day, day, UTC))),
        "an attempt": milliseconds(lambda: queries.steps(directory, middle.attempt)),
        "1000 lines of a file": milliseconds(a_thousand_lines),
        "record and seal one": milliseconds(a_seal),
    }


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    if AuditRecord.objects.exists():
        raise SystemExit("Give me an empty database: I fill it.")
    directory = Directory.objects.create(name="Bench")
    people = User.objects.bulk_create(
        User(
            directory=directory,
            user_principal_name=f"p{n}@bench.example",
            upn_key=f"p{n}@bench.example",
            display_name=f"Person {n}",
        )
        for n in range(PEOPLE)
    )
    results = {}
    for rows in sizes:
        fill(directory, people[0].pk, rows)
        results[rows] = measures(directory)
    print(f"{'milliseconds (median)':24}" + "".join(f"{rows:>12,}" for rows in sizes) + "   ratio")
    for name in results[sizes[0]]:
        taken = [results[rows][name] for rows in sizes]
        numbers = "".join(f"{one:12.2f}" for one in taken)
        print(f"{name:24}{numbers}{taken[-1] / taken[0]:8.2f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
