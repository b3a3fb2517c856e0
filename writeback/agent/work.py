"""What an agent does with a request: check it, note it, carry it out, note how it ended.

The order is the point. Everything that can be refused is refused before the journal's line; the
line is on disk before anything is sent; the outcome is noted before anybody is told.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from writeback.agent import catalogue
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.brakes import Brakes
from writeback.agent.doctor.examination import examine
from writeback.agent.doctor.findings import told
from writeback.agent.drivers.base import Account, Admit, Driver
from writeback.agent.journal import Journal, Line, Repeated, TooFast
from writeback.agent.messages import WRITES, Operation, Request, Result, State, is_anchor
from writeback.agent.readings import Readings

LONGEST_LIFE = timedelta(minutes=5)  # of a request, whatever it claims
QUIET = timedelta(minutes=1)  # after which nothing of a job is under way any more
_log = logging.getLogger(__name__)
_SKEW = timedelta(seconds=5)  # between our clock and a directory server's


@dataclass(frozen=True, slots=True)
class Worker:
    """One agent for one directory. ``clock_offset`` is how far the portal's clock is ahead.

    ``settles``: a server that was cut off may still be at work on what it was sent. That a job was
    not done is only said when so long has passed since it began.
    """

    name: str
    directory: str
    driver: Driver
    journal: Journal
    brakes: Brakes
    clock_offset: timedelta = timedelta()
    readings: Readings = field(default_factory=Readings)
    settles: timedelta = QUIET

    def work(self, request: Request) -> Result:
        """Carry out a request; whatever happens, there is a result."""
        result = Result(
            id=request.id,
            agent=self.name,
            directory=self.directory,
            operation=request.operation,
            target=request.target,
            state=State.DONE,
            answered_at=datetime.now(UTC),
        )
        try:
            self._admit(request)
            if request.operation in WRITES:
                self._write(request)
                facts: dict[str, Any] = {}
            else:
                facts = self._look(request)
        except Refused as refusal:
            result = replace(result, state=State.REFUSED, reason=refusal.code, until=refusal.until)
        except Away:
            result = replace(result, state=State.AWAY)
        except AnswerLost:
            result = replace(result, state=State.LOST)
        else:
            result = replace(result, facts=facts)
        _note(catalogue.of_result(request.operation, result.state, result.reason), request, result)
        return replace(result, answered_at=datetime.now(UTC))

    def close(self) -> None:
        """Let go of the directory server and of the journal."""
        self.driver.close()
        self.journal.close()

    def _admit(self, request: Request) -> None:
        """For us, in time, and not from before our memory begins; raises Refused."""
        if (request.agent, request.directory) != (self.name, self.directory):
            raise Refused("not_ours")
        self._in_time(request)
        forgotten = request.issued_at <= self.journal.began_at + self.clock_offset
        if request.operation in WRITES and forgotten:
            raise Refused("too_late")

    def _in_time(self, request: Request) -> None:
        now = datetime.now(UTC) + self.clock_offset
        if request.expires_at <= now or request.expires_at > now + LONGEST_LIFE:
            raise Refused("too_late")

    def _write(self, request: Request) -> None:
        if not is_anchor(request.target):
            raise Refused("gone")
        admission = _Admission(self, request)
        try:
            self._send(request, admission)
        except Refused as refusal:
            admission.end(State.REFUSED, refusal.code, refusal.until)
            raise
        except Away:
            admission.end(State.AWAY)
            raise
        admission.end(State.DONE)

    def _begin(self, request: Request, account: Account) -> None:
        """The line in the journal, on disk before anything is sent."""
        self._in_time(request)  # again: the server may have taken its time
        line = (request.id, request.operation, account.anchor, self.brakes.paces)
        try:
            self.journal.start(*line, before=account.witness)
        except Repeated:
            raise Refused("repeated") from None
        except TooFast as fast:
            raise Refused("too_many", fast.until) from None
        _note(catalogue.OPERATIONS[request.operation, "started"], request)

    def _send(self, request: Request, admit: Admit) -> None:
        target, password = request.target, request.password
        if request.operation is Operation.UNLOCK:
            self.driver.unlock(target, admit=admit)
        elif request.operation is Operation.CHANGE:
            self.driver.change(target, password, current=request.current, admit=admit)
        else:
            self.driver.reset(target, password, must_change=request.must_change, admit=admit)

    def _look(self, request: Request) -> dict[str, Any]:
        looks: dict[Operation, Callable[[Request], dict[str, Any]]] = {
            Operation.FIND: self._find,
            Operation.VERIFY: self._verify,
            Operation.DESCRIBE: self._describe,
            Operation.OUTCOME: self._outcome,
            Operation.GIVE_UP: self._give_up,
            Operation.PEOPLE: self._people,
            Operation.DIAGNOSE: self._diagnose,
        }
        return looks[request.operation](request)

    def _find(self, request: Request) -> dict[str, Any]:
        account = self.driver.find(request.target)
        return {"anchor": account.anchor if account else ""}

    def _verify(self, request: Request) -> dict[str, Any]:
        if not is_anchor(request.target):
            raise Refused("gone")
        return {"verdict": self.driver.verify(request.target, request.password).value}

    def _describe(self, request: Request) -> dict[str, Any]:
        account = self._account(request.target)
        rules = asdict(self.driver.rules(account))
        return {
            "locked": account.locked,
            "enabled": account.enabled,
            "must_change": account.must_change,
            "expired": account.expired,
            "protected": account.protected,
            "changed_at": _told(account.password_changed_at),
            "expires_at": _told(account.password_expires_at),
            "rules": {name: _told(value) for name, value in rules.items()},
        }

    def _give_up(self, request: Request) -> dict[str, Any]:
        """What became of a job; from now on it is not begun any more, whatever a clock says."""
        if request.about and self.journal.give_up(request.about):
            return self._never()
        return self._outcome(request)

    def _never(self) -> dict[str, Any]:
        """Of jobs from before ``since`` nothing can be known."""
        return {"state": "never", "since": _told(self.journal.began_at)}

    def _outcome(self, request: Request) -> dict[str, Any]:
        """What became of a job. One that was cut off in the middle is looked up, never repeated."""
        line = self.journal.line(request.about) if request.about else None
        if line is None or request.about is None or not line.target:
            return self._never()
        if line.state in {State.DONE, State.REFUSED}:
            return {"state": line.state, "reason": line.reason, "until": _told(line.until)}
        if line.state == State.AWAY:  # begun, and nothing was sent
            return {"state": State.REFUSED, "reason": "away", "until": None}
        seen = self._seen(line)
        is_early = not line.state and datetime.now(UTC) - line.started_at < self.settles
        if seen is None or (seen is State.REFUSED and is_early):
            return {"state": State.LOST, "reason": "", "until": None}
        self.journal.end(request.about, seen)
        return {"state": seen, "reason": "", "until": None}

    def _diagnose(self, request: Request) -> dict[str, Any]:
        findings = examine(self.driver, self.brakes, request.target)
        return {"findings": [told(one) for one in findings]}

    def _seen(self, line: Line) -> State | None:
        """What the account itself says of a job that was cut off; None when it does not say."""
        account = self.driver.account(line.target)
        if account is None:
            return State.REFUSED
        if line.operation == Operation.UNLOCK:
            return State.REFUSED if account.locked else State.DONE
        if line.before or account.witness:
            return State.REFUSED if account.witness == line.before else State.DONE
        if account.password_changed_at is None:
            return None
        is_newer = account.password_changed_at >= line.started_at - _SKEW
        return State.DONE if is_newer else State.REFUSED

    def _people(self, request: Request) -> dict[str, Any]:
        return self.readings.page(request.id, request.target, self.driver.changes)

    def _account(self, anchor: str) -> Account:
        account = self.driver.account(anchor) if is_anchor(anchor) else None
        if account is None:
            raise Refused("gone")
        return account


@dataclass(slots=True)
class _Admission:
    """What a driver asks before it writes: may this account be written to? The job begins with the
    first yes; an account that was moved meanwhile is looked at once more."""

    worker: Worker
    request: Request
    begun: bool = False

    def __call__(self, account: Account) -> None:
        self.worker.brakes.check(account)
        if not self.begun:
            self.worker._begin(self.request, account)
            self.begun = True

    def end(self, state: State, reason: str = "", until: datetime | None = None) -> None:
        """Note how the job ended, if it began."""
        if self.begun:
            self.worker.journal.end(self.request.id, state, reason, until)


def _note(entry: catalogue.Entry, request: Request, result: Result | None = None) -> None:
    """A line of the agent's log: which job, and how it stands. Never whose, never a secret."""
    state, reason = (result.state, result.reason) if result else ("started", "")
    _log.info("%s %s %s: %s %s", entry.id, request.operation, request.id, state, reason)


def _told(value: Any) -> Any:
    """A moment or a duration as JSON has them; anything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
