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
_REMEMBERED, _MANY = timedelta(hours=1), 1000  # no threshold is higher


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    takers: int = 0


@dataclass(frozen=True, slots=True)
class _Passed:
    server: str
    at: datetime


class LockoutBrake:
    """Passwords on their way to the accounts of one directory, in one process; thread-safe.

    What a server counts itself is what counts. It may not have heard of what passed to another one
    before a failover, though; so this is counted here, and then the higher count stands.
    ``patience``: seconds.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._passed: dict[str, list[_Passed]] = {}

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
    def passing(self, account: Account, rules: Rules, server: str) -> Iterator[None]:
        """Within a turn, around the sending of a password to a server: raises Refused with
        ``locked``, or with ``too_many_wrong`` and when the next may be tried (None: not before one
        is right). One that did not arrive does not count."""
        if account.locked:
            lasts, began = rules.lockout_duration, account.locked_at
            raise Refused("locked", began + lasts if began and lasts else None)
        before = self._recent(account.anchor)
        elsewhere = any(one.server != server for one in before)
        _check(account.wrong_at, [one.at for one in before if elsewhere], rules)
        self._passed[account.anchor] = [*before, _Passed(server, datetime.now(UTC))]
        try:
            yield
        except Unanswered:
            raise
        except Away:
            self._passed[account.anchor] = before
            raise

    def _recent(self, anchor: str) -> list[_Passed]:
        since = datetime.now(UTC) - _REMEMBERED
        return [one for one in self._passed.get(anchor, []) if one.at > since][-_MANY:]

    def forget(self, anchor: str) -> None:
        """The password that passed was right, or the server starts to count anew."""
        self._passed.pop(anchor, None)


def _check(told: Sequence[datetime], passed: Sequence[datetime], rules: Rules) -> None:
    """Raises Refused where half of what locks is reached: by what a server told, or by what passed
    in as far as its rules are known."""
    if rules.lockout_threshold is None:
        rules, passed = UNREADABLE, []
    if not rules.lockout_threshold:
        return
    window, half = rules.lockout_window, rules.lockout_threshold // 2
    since = datetime.now(UTC) - window - SLACK if window else datetime.min.replace(tzinfo=UTC)
    standing = max(([one for one in of if one > since] for of in (told, passed)), key=len)
    if len(standing) >= half:
        until = sorted(standing)[-half] + window + SLACK if half and window else None
        raise Refused("too_many_wrong", until)
