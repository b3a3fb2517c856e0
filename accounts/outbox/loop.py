"""The worker inside a web process, for installations without a broker.

Started from ``sspr/wsgi.py`` only: a management command or a test must never start it by
importing something.
"""

import logging
import secrets
import threading
import time

from django.db import Error, close_old_connections

from accounts.outbox import jobs, services, wake

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two looks when nobody rings
BREATH = (50, 150)  # milliseconds between the bell and the work

_started = threading.Lock()


def start() -> None:
    """Start the thread, once per process."""
    if _started.acquire(blocking=False):
        threading.Thread(target=run, name="outbox", daemon=True).start()


def run() -> None:
    """Look, work, wait; for as long as the process lives."""
    while True:
        if wake.bell.wait(PAUSE):
            breathe()
        wake.bell.clear()
        look()


def breathe() -> None:
    """Let the request that rang be answered first, whose process this is, too: work for somebody
    waits on a mail server where work for nobody computes, and the answer would tell them apart."""
    shortest, longest = BREATH
    time.sleep((shortest + secrets.randbelow(longest - shortest)) / 1000)


def look() -> None:
    """One look at the outbox and at the clock. A database that is away is waited for."""
    try:
        services.work()
        jobs.run_due()
    except Error as error:  # a connection that was cut is an InterfaceError, no DatabaseError
        log.warning("outbox: the database did not answer (%s)", type(error).__name__)
    except Exception:  # the thread has to live as long as its process
        log.exception("outbox: a look failed")
    finally:
        close_old_connections()
