"""The only way to a store: ``write`` carries a Write row out, ``outcome`` finds out what became
of one. Neither runs inside a transaction: a store is in no transaction of ours."""

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.audit import services as audit
from accounts.audit.events import Event
from accounts.client import Client
from accounts.people.models import Source, User
from writeback import reasons, stores
from writeback.agent import catalogue
from writeback.events import NeedsMending, WriteDone, WriteRefused, WriteUnknown
from writeback.models import OPEN, Evidence, Operation, Outcome, Write
from writeback.stores.base import Answer, AnswerLost, Away, Job, Refused, Store

_BATCH = 200


class Full(Exception):
    """So many writes of a directory are under way that no more are begun: try again shortly."""


def require_room(user: User) -> None:
    """Asked before a row is inserted; raises Full. Where a directory is slow, its requests wait,
    and they shall not wait with all hands of this process."""
    if user.source == Source.CLOUD:
        return
    rows = Write.objects.in_directory(user.directory_id).filter(settled_at=None, outcome__in=OPEN)
    if rows.filter(expires_at__gt=timezone.now()).count() >= settings.WRITES_UNDER_WAY:
        raise Full


@sensitive_variables()
def write(row: Write, password: str = "", *, client: Client, current: str = "") -> Write:
    """Carry out a row that was just inserted; returns it with its outcome.

    Called once per row, by whoever inserted it. The password goes to the store and nowhere else.
    """
    store = stores.for_user(row.user)
    if store is None:
        return _answered(row, Outcome.REFUSED, client, reason=reasons.AWAY)
    try:
        _ask(store, row, client, password, current)
    except Refused as refusal:
        row.until = refusal.until
        return _answered(row, Outcome.REFUSED, client, reason=refusal.code)
    except Away:
        return _answered(row, Outcome.REFUSED, client, reason=reasons.AWAY)
    except AnswerLost:
        return _answered(row, Outcome.UNKNOWN, client)
    return row if row.outcome == Outcome.DONE else _answered(row, Outcome.DONE, client)


def outcome(row: Write, *, client: Client) -> Write:
    """Settle a row whose outcome is open by asking the store; open still, if it cannot be asked."""
    store = stores.for_user(row.user)
    if row.outcome not in OPEN or store is None:
        return row
    try:
        answer = store.outcome(_job(row, client))
    except Refused as refusal:
        row.until = refusal.until
        return _answered(row, Outcome.REFUSED, client, reason=refusal.code)
    except (Away, AnswerLost):
        return row
    if answer is Answer.DONE:
        return _answered(row, Outcome.DONE, client)
    if answer is Answer.REFUSED:
        return _answered(row, Outcome.REFUSED, client)
    if answer is Answer.NEVER:
        return _answered(row, Outcome.VOID, client, reason=reasons.VOID)
    return row


def unsettled(evidence: Evidence, *, client: Client) -> Iterator[Write]:
    """Writes whose consequences are still to be drawn, with the answers of now.

    In no order, so that many at a store that is away hold up nobody else's.
    """
    rows = Write.objects.filter(evidence=evidence, settled_at=None).order_by("?")
    for row in rows.select_related("user__directory")[:_BATCH]:
        yield outcome(row, client=client)


def settle(row: Write) -> bool:
    """Take on the consequences of an answered write; False when somebody did before."""
    rows = Write.objects.in_directory(row.directory_id).filter(pk=row.pk, settled_at=None)
    return bool(rows.update(settled_at=timezone.now()))


def _ask(store: Store, row: Write, client: Client, password: str, current: str) -> None:
    job = _job(row, client)
    if row.operation == Operation.UNLOCK:
        store.unlock(job)
    elif row.operation == Operation.CHANGE:
        store.change(job, password, current=current)
    else:
        store.reset(job, password)


def _job(row: Write, client: Client) -> Job:
    confirm = partial(_note, row, Outcome.DONE, client)
    return Job(
        id=row.job_id,
        user=row.user,
        expires_at=row.expires_at,
        history_length=row.history_length,
        policy=row.policy_fingerprint,
        must_change=row.must_change,
        confirm=confirm,
        agent=row.agent,
        created_at=row.created_at,
        sent_to=partial(_sent_to, row),
        is_unlock=row.operation == Operation.UNLOCK,
    )


def _sent_to(row: Write, agent: str) -> None:
    """Note who alone can know what became of a row."""
    row.agent = agent
    Write.objects.in_directory(row.directory_id).filter(pk=row.pk).update(agent=agent)


def _answered(row: Write, found: Outcome, client: Client, reason: str = "") -> Write:
    _note(row, found, client, reason)
    rows = Write.objects.in_directory(row.directory_id).filter(pk=row.pk)
    row.refresh_from_db(from_queryset=rows, fields=["outcome", "reason", "until"])
    return row


def _note(row: Write, found: Outcome, client: Client, reason: str = "") -> bool:
    """Note an answer and its event, once. An answer that is already there stands."""
    with transaction.atomic(savepoint=False):  # of the store's own, where it has one
        rows = Write.objects.in_directory(row.directory_id).filter(pk=row.pk)
        noted = (
            rows.filter(outcome__in=OPEN)
            .exclude(outcome=found)
            .update(outcome=found, reason=reason, until=row.until, answered_at=timezone.now())
        )
        if noted:
            row.outcome, row.reason = found, reason
            _consequences(row, client)
    return bool(noted)


def _consequences(row: Write, client: Client) -> None:
    """The event of an answer, and what is true of the person now."""
    events: list[Event] = [_event(row)]
    if row.outcome == Outcome.REFUSED and row.reason in reasons.TO_MEND:
        events.append(NeedsMending(reason=row.reason, code=_entry(row).id))
    for event in events:
        audit.record(event, directory=row.directory_id, client=client, subject=row.user)
    is_new = row.outcome == Outcome.DONE and row.operation != Operation.UNLOCK
    if is_new and row.user.source != Source.CLOUD:  # of what is kept here the store says it
        people = User.objects.in_directory(row.directory_id).filter(pk=row.user_id)
        people.update(must_change_password=row.must_change, password_changed_at=timezone.now())


def _event(row: Write) -> Event:
    job, code = str(row.job_id), _entry(row).id
    if row.outcome == Outcome.DONE:
        return WriteDone(operation=row.operation, job=job, code=code)
    if row.outcome == Outcome.UNKNOWN:
        return WriteUnknown(operation=row.operation, job=job, code=code)
    return WriteRefused(operation=row.operation, job=job, reason=row.reason, code=code)


def _entry(row: Write) -> catalogue.Entry:
    """What the catalogue calls an answer."""
    if row.outcome == Outcome.REFUSED:
        return catalogue.reason(row.reason)
    is_staffs = row.evidence == Evidence.STAFF_ACT and row.operation == Operation.RESET
    operation = "staff_reset" if is_staffs else str(row.operation)
    return catalogue.OPERATIONS[operation, str(row.outcome)]
