"""How fast people and their factors are imported, and how much memory that takes. By hand:

    python -m benchmarks.import_factors [1000 10000 100000]

Starts a PostgreSQL of its own. Each import is a process of its own; prints rows a second, its peak
memory, and by how much time for a row and memory grow from each size to the next: linear and flat
mean about 1. The processor time for a row, the server's included, says more on a busy machine.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.stage import PYTHON, ROOT, Stage, environment, postgres, workshop

DOMAIN = "bench.example"
DIRECTORY = f"""
directories:
  - name: Benchmark
    domains: [{DOMAIN}]
    default: true
    policies:
      - name: Everyone
        self_service_reset: true
        methods: [alternate_email]
        methods_required: 1
"""
CHILD = """
import resource, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from benchmarks.stage import _cpu
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    server = cursor.fetchone()[0]
started, busy = time.perf_counter(), time.process_time() + _cpu(server)
call_command("import", *sys.argv[1:])
taken = time.perf_counter() - started
busy = time.process_time() + _cpu(server) - busy
print(taken, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


class Measured(NamedTuple):
    seconds: float
    busy: float  # seconds of processor time: the import's, and its server process's
    memory: float  # MiB at its peak


def write_files(folder: Path, size: int) -> dict[str, Path]:
    """So many people, each with a mailbox."""
    files = {kind: folder / f"{kind}-{size}.csv" for kind in ("users", "factors")}
    with files["users"].open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["user_principal_name", "display_name", "mail"])
        names = (f"p{number}.of.{size}" for number in range(size))
        out.writerows([f"{n}@{DOMAIN}", f"Person {n}", f"{n}@mail.example"] for n in names)
    with files["factors"].open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["user_principal_name", "method", "value"])
        names = (f"p{number}.of.{size}" for number in range(size))
        out.writerows([f"{n}@{DOMAIN}", "alternate_email", f"{n}@home.example"] for n in names)
    return files


def measure(stage: Stage, kind: str, path: Path) -> Measured:
    """One import, in a process of its own."""
    done = subprocess.run(
        [PYTHON, "-c", CHILD, kind, str(path)],
        cwd=ROOT,
        env=stage.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, busy, kibibytes = done.stderr.splitlines()[-1].split()
    return Measured(float(seconds), float(busy), int(kibibytes) / 1024)


def tell(name: str, found: dict[int, Measured]) -> None:
    """A table of one kind of import."""
    head = f"{'seconds':>10}{'rows/s':>9}{'busy us/row':>13}{'MiB':>7}{'time':>8}{'memory':>8}"
    print(f"\n{name:23}{head}")
    before: tuple[float, float] | None = None
    for size, (seconds, busy, memory) in found.items():
        numbers = f"{seconds:10.2f}{size / seconds:9.0f}{busy / size * 1e6:13.0f}{memory:7.0f}"
        each = seconds / size
        ratios = f"{each / before[0]:8.2f}{memory / before[1]:8.2f}" if before else ""
        print(f"{size:>18,} rows{numbers}{ratios}")
        before = each, memory


def main(sizes: list[int]) -> None:
    with workshop() as folder, postgres(folder / "postgres") as url:
        stage = Stage(folder, environment(url, mail_port=9, port=9), port=9)
        stage.manage("migrate", "--verbosity=0")
        (folder / "directory.yaml").write_text(DIRECTORY)
        stage.manage("directory", "apply", str(folder / "directory.yaml"), "--accept-weaker")
        found: dict[str, dict[int, Measured]] = {}
        for size in sizes:
            files = write_files(folder, size)
            runs = {
                "users": ("users", files["users"]),
                "factors": ("factors", files["factors"]),
                "factors, again": ("factors", files["factors"]),
            }
            for name, (kind, path) in runs.items():
                found.setdefault(name, {})[size] = measure(stage, kind, path)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        for name, measured in found.items():
            tell(f"import {name}", measured)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
