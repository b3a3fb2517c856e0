"""What the way through agent, channel and portal adds to setting a password in a directory server.

    .venv/bin/python -m benchmarks.writeback              against Samba (as root)
    .venv/bin/python -m benchmarks.writeback --slapd      against OpenLDAP
    .venv/bin/python -m benchmarks.writeback --quick      a glance

Everything in one run, against one server: bare LDAP modifies by the service account; the same
through the agent, through the channel to an agent in the process, and to one behind a broker; and
as complete resets by mail through the portal, whose agent is in its processes. The server,
PostgreSQL, Redis, the web processes and the visitors share the machine, so ratios say more than
figures. At the end a crowd is synchronised from the same server.
"""

import argparse
import os
import statistics
import subprocess
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from benchmarks import stage as stages
from benchmarks import synchronisation
from benchmarks.reset_cost import resetter
from benchmarks.servers import agent_environment, directory_server, redis
from benchmarks.stage import PYTHON, ROOT, Stage
from benchmarks.visitors import Mailboxes
from tests.support.postbox import free_port

CLIENTS = (1, 8)
CROWDS = {"samba": 2_000, "slapd": 100_000}  # people to synchronise


def through_the_portal(stage: Stage, mailboxes: Mailboxes, times: int) -> None:
    reset = resetter(stage, mailboxes)
    reset()
    for clients in CLIENTS:
        started = perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            took = list(pool.map(lambda _: reset(), range(times)))
        line("whole portal", clients, took, perf_counter() - started)


def line(what: str, clients: int, took: list[float], seconds: float) -> None:
    cuts = statistics.quantiles(took, n=20)
    print(
        f"{what:15} {clients:2} at once {len(took) / seconds:8.1f} a second"
        f"   p50 {cuts[9] * 1000:7.1f} ms   p95 {cuts[18] * 1000:7.1f} ms",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--slapd", action="store_true")
    given = parser.parse_args()
    name = "slapd" if given.slapd else "samba"
    times, crowd = (40, 500) if given.quick else (200, CROWDS[name])
    with (
        stages.workshop() as folder,
        stages.postgres(folder / "postgres") as database,
        redis(folder / "redis") as broker,
        directory_server(name, folder / name) as server,
    ):
        port, mail_port = free_port(), free_port()
        environment = stages.environment(database, mail_port, port)
        stage = Stage(folder, environment | agent_environment(server, folder), port)
        stage.manage("migrate", "--verbosity", "0")
        stage.manage("collectstatic", "--noinput", "--verbosity", "0")
        people = [PYTHON, "-m", "benchmarks.people", str(2 * times + 1), server.kind]
        subprocess.run(people, cwd=ROOT, env=stage.environment, check=True)
        for number in range(2 * times + 1):
            dn = server.make(f"person{number}")
            server.rename(dn, f"person{number}@bench.example")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {name}", flush=True)
        ways = [PYTHON, "-m", "benchmarks.writeback_ways", str(times)]
        with_broker = stage.environment | {"TEST_REDIS_URL": broker, "LOG_LEVEL": "WARNING"}
        subprocess.run(ways, cwd=ROOT, env=with_broker, check=True)
        with Mailboxes(mail_port) as mailboxes, stages.serving(stage, workers=2):
            through_the_portal(stage, mailboxes, times)
        synchronisation.run(server, folder, database, crowd)


if __name__ == "__main__":
    main()
