"""The worker's part: making codes and sending them."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.audit.services import record
from accounts.limits.services import spend
from accounts.mail import Undeliverable
from accounts.outbox.models import Parcel
from accounts.outbox.services import TryLater
from registration import challenges, codes, health, methods
from registration.events import (
    CodeForNobody,
    CodeHeldBack,
    CodeNotSent,
    CodeSent,
    CodeUndeliverable,
)
from registration.models import Challenge, Factor, FactorSource, Purpose

KEPT = timedelta(days=7)

Noted = type[CodeSent | CodeForNobody | CodeNotSent | CodeHeldBack | CodeUndeliverable]


def send_code(parcel: Parcel) -> None:
    """Make a code, keep its hash, send it; for nobody everything but the sending.

    Doing it again makes a new code, so the one in a message that was lost opens nothing.
    """
    challenge = challenges.for_worker(parcel.payload["challenge"])
    if challenge is None:
        return
    if parcel.attempts <= 1 and not _within_budget(challenge):
        return _note(challenge, CodeHeldBack)
    method = methods.get(challenge.method)
    if not method.admit(challenge):
        return _note(challenge, CodeHeldBack)
    code = method.begin(challenge)
    if not challenges.keep_code(challenge, codes.hash_of(challenge, code)):
        return
    if challenge.factor is None:
        return _note(challenge, CodeForNobody)
    try:
        method.deliver(challenge, challenge.factor, code)
    except TryLater:
        _note(challenge, CodeNotSent)
        raise
    except Undeliverable as refusal:
        _note(challenge, CodeUndeliverable)
        return health.refused(challenge.factor.user, challenge.factor.address, refusal.status)
    _note(challenge, CodeSent)


def sweep() -> int:
    """Delete questions nobody answered, factors nobody confirmed and passes that ended, a week
    later; returns how many rows.

    Those that were passed are evidence and stay as long as what they prove.
    """
    before = timezone.now() - KEPT
    over = Challenge.objects.filter(passed_at=None, expires_at__lt=before).delete()[0]
    begun = Factor.objects.filter(source=FactorSource.SELF, confirmed_at=None)
    given_up = begun.filter(created_at__lt=before).delete()[0]
    return over + given_up + Factor.objects.filter(ends_at__lt=before).delete()[0]


def _within_budget(challenge: Challenge) -> bool:
    to, directory = challenge.destination, challenge.directory_id
    return all(spend(limit, to, directory=directory).allowed for limit in challenges.SENDINGS)


def _note(challenge: Challenge, event: Noted) -> None:
    factor = challenge.factor
    record(
        event(method=challenge.method, purpose=challenge.purpose),
        directory=challenge.directory_id,
        client=challenge.client,
        subject=factor.user if factor else None,
        attempt=_attempt_of(challenge),
    )


def _attempt_of(challenge: Challenge) -> uuid.UUID | None:
    """The attempt that holds a reset's challenge."""
    return uuid.UUID(challenge.holder) if challenge.purpose == Purpose.RESET else None
