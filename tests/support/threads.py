"""Many at once, from one moment on, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

AT_ONCE = 50

Result = TypeVar("Result")


def together(do: Callable[[int], Result], times: int = AT_ONCE) -> list[Result]:
    """Run a function in many threads that start at one moment; returns what each got."""
    gate = threading.Barrier(times)

    def run(number: int) -> Result:
        gate.wait(timeout=30)
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
