"""No stranger locks an account of the directory through us.

A directory locks an account after so many wrong passwords, its *threshold*, within a window. Only
half as many ever pass here; what is left belongs to the person, at their own machine. Half of
2 or 3 is one. A threshold of 1 lets none pass: which one is wrong is known only when it has locked
the account already, so nobody can sign in or change here, and a reset is the way. A threshold of 0
never locks, so all pass. Where the rules cannot be read, three within an hour are taken for them.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from writeback.agent.answers import Away, Refused
from writeback.agent.drivers.base import Account, Rules
from writeback.agent.drivers.connections import Unanswered

UNREADABLE = Rules("unreadable", lockout_threshold=3, lockout_window=timedelta(hours=1))
SLACK = timedelta(minutes=1)  # by which a server's clock may differ from ours
_REMEMBERED = timedelta(hours=1)


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    takers: int = 0


class LockoutBrake:
    """Passwords on their way to the accounts of one directory, in one process; thread-safe.

    A server counts what it hears itself, and after a failover another one is asked. So what passed
    and was not right is counted here, too; the higher count stands. ``patience``: seconds.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._passed: dict[str, list[datetime]] = {}

    @contextmanager
    def turn(self, anchor: str) -> Iterator[None]:
        """One password for an account at a time, so that each sees how the one before it ended.
        Raises Away where that takes too long."""
        with self._lock:
            turn = self._turns.setdefault(anchor, _Turn())
            turn.takers += 1
        try:
            if not turn.lock.acquire(timeout=self._patience):
                raise Away
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._lock:
                turn.takers -= 1
                if not turn.takers:
                    del self._turns[anchor]

    @contextmanager
    def passing(self, account: Account, rules: Rules) -> Iterator[None]:
        """Within a turn, around the sending of a password: raises Refused with ``locked``, or with
        ``too_many_wrong`` and when the next may be tried (None: not before one is right). One that
        did not arrive does not count."""
        passed = self._passed.setdefault(account.anchor, [])
        before = self._standing(account, rules, passed)
        passed[:] = [*before, datetime.now(UTC)]
        try:
            yield
        except Unanswered:
            raise
        except Away:
            passed[:] = before
            raise

    def _standing(
        self, account: Account, rules: Rules, passed: Sequence[datetime]
    ) -> list[datetime]:
        """Of those that passed, the ones that still count; raises Refused where they are enough."""
        if account.locked:
            lasts = rules.lockout_duration
            began = account.locked_at
            raise Refused("locked", began + lasts if began and lasts else None)
        if rules.lockout_threshold == 0:
            return []
        known = rules.lockout_threshold is not None
        rules = rules if known else UNREADABLE
        window, half = rules.lockout_window, (rules.lockout_threshold or 0) // 2
        own = _counted(passed, min(window or _REMEMBERED, _REMEMBERED)) if known else []
        standing = max(_counted(account.wrong_at, window), own, key=len)
        if len(standing) >= half:
            until = standing[-half] + window + SLACK if half and window else None
            raise Refused("too_many_wrong", until)
        return own

    def forget(self, anchor: str) -> None:
        """The password that passed was right, or the server starts to count anew."""
        self._passed.pop(anchor, None)


def _counted(moments: Sequence[datetime], window: timedelta | None) -> list[datetime]:
    """Those a server still counts, oldest first; without a window it forgets none."""
    since = datetime.now(UTC) - window - SLACK if window else None
    return sorted(one for one in moments if since is None or one > since)
