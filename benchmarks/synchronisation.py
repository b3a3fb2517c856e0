"""How fast people are pulled from a directory server, and how much memory that takes. By hand:

    .venv/bin/python -m benchmarks.synchronisation                  10 000 and 100 000 on OpenLDAP
    .venv/bin/python -m benchmarks.synchronisation --samba          200 and 2 000 on Samba (as root)
    .venv/bin/python -m benchmarks.synchronisation --sizes 500 5000

Starts the server and a PostgreSQL of its own. Each run is a process of its own with the agent in
it: first everybody is new, then nothing has changed, then one person in a hundred, then all is read
again. Entries are people and groups. Peak memory is the whole process's, Django and agent included;
flat means that it does not grow with the crowd.
"""

import argparse
import os
import subprocess
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import crowds, stage
from benchmarks.servers import agent_environment, directory_server
from benchmarks.stage import PYTHON, ROOT, Stage

CHILD = """
import resource, sys, time
import django
django.setup()
from django.core.management import call_command
started, busy = time.perf_counter(), time.process_time()
call_command("directory", "sync", *sys.argv[1:])
taken, busy = time.perf_counter() - started, time.process_time() - busy
print(taken, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
DIRECTORY = """
directories:
  - name: Crowd {size}
    domains: [{domain}]
    store: {{kind: {kind}}}
    policies:
      - name: Everyone
        self_service_reset: true
        methods: [mobile_phone, office_phone]
        methods_required: 1
"""


def measure(place: Stage, size: int, what: str, *options: str) -> None:
    """One run, in a process of its own, and a line about it."""
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", CHILD, f"Crowd {size}", *options],
        cwd=ROOT,
        env=place.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    taken, busy, memory = map(float, done.stderr.split()[-3:])
    entries = size + -(-size // crowds.GROUP)
    print(
        f"{size:7} {what:22} {taken:7.1f} s {entries / taken:8.0f} entries a second"
        f"   {busy:6.1f} s of processor   {memory / 1024:5.0f} MiB   {done.stdout.strip()}",
        flush=True,
    )


def run(server: Any, folder: Path, database: str, size: int) -> None:
    started = perf_counter()
    crowds.fill(server, folder / server_name(server), size)
    print(f"{size:7} loaded in {perf_counter() - started:.1f} s", flush=True)
    environment = {
        **stage.environment(database, 9, 9),
        **agent_environment(server, folder),
        "LDAP_BASE_DN": crowds.unit(server, size),
        "AGENT_DIRECTORY": f"Crowd {size}",
    }
    place = Stage(folder, environment, 9)
    file = folder / "directory.yaml"
    file.write_text(DIRECTORY.format(size=size, domain=crowds.domain(size), kind=server.kind))
    place.manage("directory", "apply", str(file))
    measure(place, size, "everybody is new")
    measure(place, size, "nothing has changed")
    changed = crowds.touch(server, size, 100)
    measure(place, size, f"{changed} have changed")
    measure(place, size, "all is read again", "--full")


def server_name(server: Any) -> str:
    return "samba" if server.kind == "active_directory" else "slapd"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samba", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+")
    given = parser.parse_args()
    name = "samba" if given.samba else "slapd"
    usual = [200, 2000] if given.samba else [10_000, 100_000]
    with (
        stage.workshop() as folder,
        stage.postgres(folder / "postgres") as database,
        directory_server(name, folder / name) as server,
    ):
        bare = Stage(folder, stage.environment(database, 9, 9), 9)
        bare.manage("migrate", "--verbosity", "0")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {name}", flush=True)
        for size in given.sizes or usual:
            run(server, folder, database, size)


if __name__ == "__main__":
    main()
