"""What happens to attempts without anybody looking: writes are settled, leftovers are closed."""

from django.db import transaction
from django.db.models import BigIntegerField, UUIDField

from accounts import clock, notices
from accounts.audit.events import Event
from accounts.client import Client
from accounts.notices import Notice
from accounts.people.helpers import administrators_over
from accounts.people.models import Source, User
from accounts.prepared import Given, Prepared
from accounts.signin import lockout
from accounts.signin.sessions import end_sessions
from registration import challenges
from reset import events, kernel, limits, steps
from reset.models import LIFE, Attempt, Ending, Proof
from reset.trail import note
from writeback import services as writeback
from writeback.models import OPEN, Evidence, Operation, Outcome, Write

_BATCH = 200
_HELD = Prepared(
    lambda: (
        Attempt.objects.filter(
            directory_id=Given("directory", BigIntegerField()), pk=Given("attempt", UUIDField())
        )
        .select_related("policy")
        .select_for_update(of=("self",))
    )
)

_PROOFS = Prepared(
    lambda: (
        Proof.objects.filter(
            directory_id=Given("directory", BigIntegerField()),
            attempt_id=Given("attempt", UUIDField()),
        )
        .order_by("passed_at")
        .values_list("method")
    )
)


def settle() -> None:
    """Finish every reset whose write was answered, and ask again where the answer is open."""
    nowhere = Client.nowhere()
    for row in writeback.unsettled(Evidence.PROOFS, client=nowhere):
        settle_write(row, client=nowhere)


def settle_write(row: Write, *, client: Client) -> None:
    """Draw the consequences of an answered write, once: event, notices, sessions, counters."""
    if row.outcome in OPEN:
        return
    with transaction.atomic():
        attempt = _held_attempt(row)  # first, as in the kernel: another order could deadlock
        if not writeback.settle(row) or row.outcome != Outcome.DONE:
            return
        kernel.end(attempt, Ending.SUCCEEDED)
        note(_success(row, attempt), attempt, client, subject=row.user)
        _tell(row, attempt, client)
        if row.operation == Operation.RESET or row.user.source == Source.CLOUD:
            lockout.unlock(bytes(attempt.name_key))  # a directory's own lock is another matter
        if row.operation == Operation.RESET:
            challenges.void(row.user)
            if attempt.ends_sessions:
                end_sessions(row.user)
    limits.succeeded(attempt, is_reset=row.operation == Operation.RESET)
    if row.operation == Operation.RESET:
        overtake(row.user, client)


def overtake(user: User, client: Client) -> None:
    """End what else is under way for a person who has a new password, each by itself.

    What is left over if this is cut short can change nothing any more: the kernel sees to that.
    """
    for other in kernel.open_attempts(user):
        with transaction.atomic():
            if kernel.close(other, Ending.OVERTAKEN):
                note(events.Overtaken(), other, client, subject=user)


def close_expired() -> None:
    """End attempts whose time ran out. One with a write in the air is settled, not closed."""
    late = Attempt.objects.filter(~clock.living("expires_at", LIFE), closed_at=None)
    idle = late.exclude(write__outcome__in=[*OPEN, Outcome.DONE])
    for row in idle.order_by("expires_at")[:_BATCH]:
        attempt = steps.load(row.directory_id, str(row.pk))
        if attempt:
            close_unfinished(attempt)


def close_unfinished(attempt: Attempt) -> None:
    """One terminal event: left at the step where it stood."""
    step = steps.unfinished_step(attempt)
    with transaction.atomic():
        if kernel.close(attempt, Ending.EXPIRED):
            note(events.Expired(step=step), attempt, Client.nowhere())


def _held_attempt(row: Write) -> Attempt:
    held = _HELD.first(directory=row.directory_id, attempt=row.evidence_id)
    if held is None:
        raise Attempt.DoesNotExist
    return held


def _success(row: Write, attempt: Attempt) -> Event:
    proofs = _PROOFS.all(directory=row.directory_id, attempt=attempt.pk)
    methods = ", ".join(method for (method,) in proofs)
    if row.operation == Operation.UNLOCK:
        return events.Unlocked(methods=methods)
    return events.Succeeded(methods=methods)


def _tell(row: Write, attempt: Attempt, client: Client) -> None:
    policy, about = attempt.policy, {"reference": attempt.reference}
    unlocked = row.operation == Operation.UNLOCK
    if policy is None or policy.notify_users:
        notice = Notice.ACCOUNT_UNLOCKED if unlocked else Notice.PASSWORD_RESET
        notices.notify(row.user, notice, client=client, context=about)
    if unlocked or not row.user.roles or (policy and not policy.notify_administrators):
        return
    for administrator in administrators_over(row.user):
        context = {**about, "person": str(row.user_id)}
        notices.notify(administrator, Notice.ADMINISTRATOR_RESET, client=client, context=context)
