"""What became of messages: providers report it, and are asked when they do not.

A report moves a message forward and never back, so that late, repeated and disordered ones change
nothing; of two that say it is over, the first counts. No report passes a gate.
"""

import logging
import time
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.tenancy import TenantQuerySet, across_directories
from registration.models import Challenge, Purpose
from registration.telephony import events
from registration.telephony.backends.base import Report, TemporaryFailure
from registration.telephony.models import Message, MessageKind, Status
from registration.telephony.providers import providers

log = logging.getLogger(__name__)

MOST_LOOKS = 10  # at a time, and
LOOKING_TIME = 5.0  # seconds after which no other begins: a worker has codes to send as well
FIRST_LOOK = timedelta(minutes=10)  # after sending: reports come by themselves, prices do not
LOOKED_AFTER = timedelta(hours=24)
KEPT = timedelta(days=400)  # a year of costs, to compare

_OVER = {Status.DELIVERED, Status.FAILED}
_BEFORE = {  # what a status can follow
    Status.SENT: {Status.QUEUED, Status.UNKNOWN},
    Status.DELIVERED: {Status.QUEUED, Status.UNKNOWN, Status.SENT},
    Status.FAILED: {Status.QUEUED, Status.UNKNOWN, Status.SENT},
}


def note(reference: uuid.UUID, sid: str, report: Report) -> bool:
    """Take a provider's report on the message with this id; did it tell anything new?

    One that nobody knows, or that bears another name at the provider, is passed over.
    """
    with across_directories("a report names a message, and no directory"):
        message = _everything().filter(pk=reference).first()
    if message is None or not sid or message.sid not in {"", sid}:
        return False
    return _take(message, sid, report)


def catch_up() -> int:
    """Ask providers about messages that they have not told everything of; returns how many."""
    able = {provider.name: provider for provider in providers() if provider.reports}
    due = _everything().filter(next_look_at__lte=timezone.now()).order_by("next_look_at")
    looked, end = 0, time.monotonic() + LOOKING_TIME
    for message in due[:MOST_LOOKS]:
        if time.monotonic() > end:
            break
        _set_next_look(message)
        provider = able.get(message.provider)
        if provider is None:
            continue
        try:
            report = provider.look_up(message.sid, MessageKind(message.kind))
        except TemporaryFailure as failure:
            log.warning("telephony: %s tells nothing (%s)", provider.name, failure.code)
            break
        _take(message, message.sid, report)
        looked += 1
    return looked


def sweep() -> int:
    """Delete what is older than anybody compares; returns how many rows."""
    return Message.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _take(message: Message, sid: str, report: Report) -> bool:
    with transaction.atomic():
        _add_facts(message, report)
        if not _move(message, sid, report):
            return False
        if report.status in _OVER:
            _record(message, report)
    return True


def _move(message: Message, sid: str, report: Report) -> bool:
    """Forward, by one conditional statement."""
    now = timezone.now()
    facts: dict[str, object] = {"status": report.status, "sid": sid}
    if not message.sid:  # its answer was lost
        facts |= {"next_look_at": now + FIRST_LOOK}
    if report.status is Status.DELIVERED:
        facts |= {"delivered_at": now, "error": ""}
    if report.status is Status.FAILED:
        facts |= {"error": report.error}
    # Refused to our face, and taken all the same: it has no name there until its first report.
    behind = Q(status__in=_BEFORE[report.status]) | Q(status=Status.FAILED, sid="")
    return bool(_row(message).filter(behind).update(**facts))


def _add_facts(message: Message, report: Report) -> None:
    """Price and parts, from whichever report knows them; the first price stays."""
    if report.price is not None:
        unpriced = _row(message).filter(price=None)
        unpriced.update(price=report.price, currency=report.currency)
    if report.segments:
        _row(message).exclude(segments=report.segments).update(segments=report.segments)


def _set_next_look(message: Message) -> None:
    """Ever later, until a day has passed or nothing is left to learn."""
    age = timezone.now() - message.created_at
    settled = message.status in _OVER and message.price is not None
    over = settled or age > LOOKED_AFTER
    _row(message).update(next_look_at=None if over else timezone.now() + age)


def _record(message: Message, report: Report) -> None:
    challenge = message.challenge
    factor = challenge.factor if challenge else None
    facts = {
        "method": challenge.method if challenge else "",
        "way": message.kind,
        "provider": message.provider,
    }
    failed = report.status is Status.FAILED
    record(
        events.MessageFailed(**facts, error=report.error, lasting=report.lasting)
        if failed
        else events.MessageDelivered(**facts),
        directory=message.directory_id,
        client=Client.nowhere(),
        subject=factor.user if factor else None,
        attempt=_attempt_of(challenge),
    )


def _attempt_of(challenge: Challenge | None) -> uuid.UUID | None:
    """The attempt that holds a reset's challenge."""
    held = challenge is not None and challenge.purpose == Purpose.RESET
    return uuid.UUID(challenge.holder) if challenge and held else None


def _row(message: Message) -> TenantQuerySet[Message]:
    return Message.objects.in_directory(message.directory_id).filter(pk=message.pk)


def _everything() -> TenantQuerySet[Message]:
    return Message.objects.select_related("challenge__factor__user")
