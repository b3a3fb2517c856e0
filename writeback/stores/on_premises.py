"""Passwords that live in an organisation's own directory server, which agents alone can reach.

Nothing of such a password is kept here: not the new one, not the old one, no hash.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.crypto import keyed_hash
from accounts.people.models import User
from accounts.signin import lockout
from writeback import channel
from writeback.agent.messages import Operation
from writeback.agent.work import QUIET
from writeback.channel import Order
from writeback.stores.base import (
    Answer,
    Away,
    Demands,
    Job,
    Refused,
    State,
    Store,
    Verdict,
)

_NOBODY = frozenset({"gone", "ambiguous"})
_SKEW = timedelta(seconds=5)  # between our clock and a directory server's
_SAID = _NOBODY | {"locked", "too_many_wrong"}  # of a password; all else is our own trouble
_ANY = "a password of nobody's"


class OnPremises(Store):
    """Active Directory and OpenLDAP alike: what differs between them, their agents know."""

    can_unlock = True

    def __init__(self, directory: int) -> None:
        self.directory = directory

    def is_away(self) -> bool:
        return channel.is_away(self.directory)

    def find(self, user: User) -> str | None:
        """By name once; from then on by what the directory itself calls the account."""
        if not user.anchor:
            named = Order(operation=Operation.FIND, target=user.user_principal_name)
            self._remember(user, channel.ask(self.directory, named).facts["anchor"])
        return user.anchor or None

    @sensitive_variables()
    def verify(self, user: User, password: str) -> Verdict:
        try:
            return self._verify(self._anchor(user), password)
        except Refused as refusal:
            if refusal.code in _NOBODY:
                self.pretend(user.upn_key.encode())
                return Verdict.WRONG
            raise

    def pretend(self, name: bytes) -> None:
        """By asking for an account that there is not, always the same one for a name."""
        nobody = UUID(bytes=keyed_hash("nobody's account", str(self.directory), name.hex())[:16])
        self._verify(str(nobody), _ANY)

    @sensitive_variables()
    def reset(self, job: Job, password: str) -> None:
        self._write(Operation.RESET, job, password=password)

    @sensitive_variables()
    def change(self, job: Job, password: str, *, current: str) -> None:
        self._write(Operation.CHANGE, job, password=password, current=current)

    def unlock(self, job: Job) -> None:
        self._write(Operation.UNLOCK, job)

    def describe(self, user: User) -> State:
        asked = Order(operation=Operation.DESCRIBE, target=self._anchor(user))
        facts = channel.ask(self.directory, asked).facts
        lockout.learn(self.directory, facts["rules"]["lockout_threshold"])
        expires = _moment(facts["expires_at"])
        is_over = expires is not None and expires <= timezone.now()
        return State(
            locked=facts["locked"],
            password_changed_at=_moment(facts["changed_at"]),
            password_expires_at=expires,
            due=facts["must_change"] or facts["expired"] or is_over,
            demands=_demands(facts["rules"]),
        )

    def outcome(self, job: Job) -> Answer:
        """Asked of the very agent that was sent the job. Once its time is over, the agent notes
        that it is not to be begun any more, so that what never came cannot come later."""
        is_late = job.expires_at <= timezone.now()
        if not job.agent:
            return Answer.NEVER if is_late else Answer.UNKNOWN
        order = Order(
            operation=Operation.GIVE_UP if is_late else Operation.OUTCOME,
            target=self._anchor(job.user),
            about=job.id,
            agent=job.agent,
        )
        try:
            facts = channel.ask(self.directory, order).facts
        except Away:
            return self._seen_by_another(job)
        if facts["state"] == Answer.REFUSED and facts["reason"]:
            raise Refused(facts["reason"], _moment(facts["until"]))
        if facts["state"] == Answer.NEVER:
            return self._never(job, facts["since"], is_late=is_late)
        told = {str(answer): answer for answer in (Answer.DONE, Answer.REFUSED)}
        return told.get(facts["state"], Answer.UNKNOWN)

    def _never(self, job: Job, since: str, *, is_late: bool) -> Answer:
        """An agent knows nothing of a job: not yet, or never, or no more."""
        began = datetime.fromisoformat(since) - channel.clock_ahead(self.directory, job.agent)
        if began > job.created_at - _SKEW:
            return self._seen_by_another(job)
        return Answer.NEVER if is_late else Answer.UNKNOWN

    def _seen_by_another(self, job: Job) -> Answer:
        """What any agent sees of an account whose own agent does not answer; it only looks."""
        order = Order(operation=Operation.DESCRIBE, target=self._anchor(job.user))
        facts = channel.ask(self.directory, order).facts
        changed = _moment(facts["changed_at"])
        if job.is_unlock:
            is_done = not facts["locked"]
        elif changed is None:  # due for a change: a server then tells no moment
            return Answer.UNKNOWN
        else:
            is_done = changed >= job.created_at - _SKEW
        if is_done:
            return Answer.DONE
        is_over = timezone.now() > job.expires_at + channel.CLOCK_BOUND + QUIET
        return Answer.NEVER if is_over else Answer.UNKNOWN

    @sensitive_variables()
    def _verify(self, anchor: str, password: str) -> Verdict:
        asked = Order(operation=Operation.VERIFY, target=anchor, password=password)
        try:
            return Verdict(channel.ask(self.directory, asked).facts["verdict"])
        except Refused as refusal:
            if refusal.code in _SAID:
                raise
            raise Away from refusal

    @sensitive_variables()
    def _write(self, operation: Operation, job: Job, password: str = "", current: str = "") -> None:
        order = Order(
            id=job.id,
            operation=operation,
            target=self._anchor(job.user),
            expires_at=job.expires_at,
            policy=job.policy,
            password=password,
            current=current,
            noted=job.sent_to,
            must_change=job.must_change,
        )
        channel.ask(self.directory, order)

    def _anchor(self, user: User) -> str:
        anchor = self.find(user)
        if anchor is None:
            raise Refused("gone")
        return anchor

    def _remember(self, user: User, anchor: str) -> None:
        user.anchor = anchor
        if anchor:
            people = User.objects.in_directory(self.directory).filter(pk=user.pk)
            people.update(anchor=anchor)


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _demands(rules: dict[str, Any]) -> Demands:
    seconds = rules["min_age"]
    return Demands(
        min_length=rules["min_length"],
        history=rules["history"],
        min_age=None if seconds is None else timedelta(seconds=seconds),
        complexity=rules["complexity"],
        history_on_reset=rules.get("history_on_reset"),  # an older agent does not say
    )
