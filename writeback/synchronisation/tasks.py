"""Every half hour: what changed in the directory servers."""

import logging
import threading

from django.db import close_old_connections

from accounts.people.models import Directory
from accounts.people.models.directory import ON_PREMISES
from accounts.tenancy import across_directories
from writeback.synchronisation.services import UnderWay, synchronise

log = logging.getLogger(__name__)


def begin() -> None:
    """Synchronise in a thread of its own: the first time it lasts minutes, and other periodic jobs
    wait for nobody."""
    if _directories():
        threading.Thread(target=_apart, name="synchronisation", daemon=True).start()


def run() -> None:
    """Synchronise every directory that has a server of its own, one after the other."""
    for directory in _directories():
        try:
            done = synchronise(directory)
        except UnderWay:
            log.info("WB-210 synchronisation of directory %s is under way", directory.pk)
        except Exception:
            log.exception("WB-211 synchronisation of directory %s failed", directory.pk)
        else:
            log.info("WB-212 synchronisation of directory %s: %s", directory.pk, done.outcome)


def _apart() -> None:
    try:
        with across_directories("periodic jobs serve every directory"):
            run()
    finally:
        close_old_connections()


def _directories() -> list[Directory]:
    return list(Directory.objects.filter(store_kind__in=ON_PREMISES).order_by("pk"))
