"""The agent's process: ``celery -A writeback.agent worker``. Connections only go out of it.

It takes boxes from its own queue, several at a time, and does nothing else that Celery could: no
results, no remote control, no gossip with other workers.
"""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.apps.worker import Worker as CeleryWorker
from kombu.utils.objects import cached_property

from writeback.agent import home, starting
from writeback.agent.broker import TASK, Address, Names
from writeback.agent.messages import Malformed
from writeback.agent.post import Post
from writeback.agent.pulse import Pulse
from writeback.agent.settings import WrongSettings

AT_ONCE = 8  # jobs; a directory server takes few at a time


class Quiet(CeleryWorker):  # type: ignore[misc]  # has no types
    """Speaks to the broker about its own queue only, whatever the command line says."""

    def __init__(self, *args: Any, **options: Any) -> None:
        silent = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
        super().__init__(*args, **{**options, **silent})


class App(Celery):  # type: ignore[misc]  # has no types
    @cached_property
    def Worker(self) -> Any:
        return self.subclass_with_self("writeback.agent.celery:Quiet")


class Heart(bootsteps.StartStopStep):  # type: ignore[misc]  # has no types
    """Beats while the worker runs."""

    pulse: Pulse

    def start(self, parent: Any) -> None:
        self.pulse.start()

    def stop(self, parent: Any) -> None:
        self.pulse.stop()

    terminate = stop


def made() -> App:
    """The application, from the environment and the agent's own files; raises WrongSettings."""
    own = home.from_environment()
    employer = own.employer()
    own.keys()
    names = Names(employer.directory, employer.agent)
    address = Address.from_environment(os.environ)
    worker = starting.worker(employer.agent, employer.directory)
    client = address.client(timeout=5)
    app = App("writeback.agent", set_as_current=False)
    app.conf.update(address.celery(names.prefix))
    # Threads: journal and connections belong to one process.
    app.conf.update(worker_pool="threads", worker_concurrency=AT_ONCE, worker_prefetch_multiplier=1)
    post = Post(own, worker, names, client)
    app.task(post.answer, name=TASK, shared=False)
    heart = type("Heart", (Heart,), {"pulse": Pulse(own, worker, names, client)})
    app.steps["worker"].add(heart)
    return app


try:
    app = made()
except (WrongSettings, Malformed) as fault:
    raise SystemExit(f"The agent cannot start: {fault}") from None
