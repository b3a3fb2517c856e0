"""Is a password known from a breach? Asked of a file on this machine; nothing leaves it."""

import logging
import threading
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts.policy.breached.file import BreachedFile, Damaged, stamp_of

log = logging.getLogger(__name__)

_lock = threading.Lock()
_open: dict[Path, BreachedFile] = {}
_told: set[str] = set()


def is_breached(password: str) -> bool:
    """Is it in the file that BREACHED_PASSWORDS_FILE names, or in the lists that come along?

    A file that is missing or damaged is said in the log, once, and left out: whoever is locked
    out needs a new password more than we need this one of several checks (ADR 30).
    """
    return password in shipped() or _in_file(password)


@cache
def shipped() -> frozenset[str]:
    """What comes with the libraries we have: some 45,000 passwords, as they are written."""
    return frozenset((*FREQUENCY_LISTS["passwords"], *CommonPasswordValidator().passwords))


def opened(path: Path) -> BreachedFile:
    """The file, opened anew after it was replaced. Raises Damaged and OSError."""
    stamp = stamp_of(path.stat())
    with _lock:
        found = _open.get(path)
        if found is None or found.stamp != stamp:
            _open.pop(path, None)
            found = _open[path] = BreachedFile(path)
        return found


def _in_file(password: str) -> bool:
    if not settings.BREACHED_PASSWORDS_FILE:
        return False
    try:
        found = password in opened(Path(settings.BREACHED_PASSWORDS_FILE))
    except (Damaged, OSError) as error:
        _say(f"{type(error).__name__}: {error}")
        return False
    _told.clear()
    return found


def _say(trouble: str) -> None:
    """An alarm for operators, once for each trouble and process."""
    if trouble not in _told:
        _told.add(trouble)
        log.error("the file of breached passwords is not used: %s", trouble)
