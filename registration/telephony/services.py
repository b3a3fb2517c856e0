"""Sending a text or placing a call, through the first provider that takes it.

    send_text(to, body, directory=…, challenge=…)  →  Message
    place_call(to, spoken, language=…, extension=…, directory=…, challenge=…)  →  Message

Both raise accounts.mail.Undeliverable when no provider will ever reach the number, NotSent when
none could be reached, and TryLater when an answer was lost: the message may be on its way, so it
is not repeated; a parcel that is done again makes a new code. Call them outside transactions.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import phonenumbers
from django.utils import timezone

from accounts.crypto import keyed_hash
from accounts.limits.services import Limit, blocked_until, clear, spend
from accounts.mail import NotSent, Undeliverable
from accounts.outbox.services import TryLater
from accounts.segments import segments
from registration.telephony.backends.base import (
    AnswerLost,
    Call,
    PermanentFailure,
    Provider,
    Receipt,
    TemporaryFailure,
    Text,
)
from registration.telephony.models import Message, MessageKind, Status
from registration.telephony.providers import providers
from registration.telephony.reports import FIRST_LOOK

log = logging.getLogger(__name__)

# Three failures in a row, and a provider is left alone for a while: nobody waits for it.
AWAY = Limit(
    "telephony.provider_away", times=3, within=timedelta(minutes=2), rest=timedelta(seconds=30)
)
# It asked to be left alone.
BUSY = Limit(
    "telephony.provider_busy", times=1, within=timedelta(seconds=5), rest=timedelta(seconds=5)
)
LOST_ANSWERS = 2  # of one challenge; then it is left at that, since each may have arrived

Draft = dict[str, Any]
HandOver = Callable[[Provider, str], Receipt]


def send_text(to: str, body: str, *, directory: int, challenge: uuid.UUID | None = None) -> Message:
    """Send a text message to a number in E.164 form."""
    text = Text(to, body)
    draft = _draft(MessageKind.TEXT, to, directory, challenge) | {"segments": segments(body)}
    able = [provider for provider in providers() if provider.texts]
    return _through(able, draft, lambda one, name: one.send_text(text, reference=name))


def place_call(
    to: str,
    spoken: str,
    *,
    language: str,
    directory: int,
    extension: str = "",
    challenge: uuid.UUID | None = None,
) -> Message:
    """Call a number in E.164 form and say something; the extension's digits are dialled first."""
    call = Call(to, spoken, language, extension)
    draft = _draft(MessageKind.CALL, to, directory, challenge)
    able = [provider for provider in providers() if provider.calls]
    return _through(able, draft, lambda one, name: one.place_call(call, reference=name))


def _through(able: list[Provider], draft: Draft, hand_over: HandOver) -> Message:
    """The first provider that takes it; one that rests is passed over."""
    refusal = "" if able else "nothing is configured for this"
    away = False
    for provider in able:
        if _rests(provider):
            away = True
            continue
        try:
            return _try(provider, draft, hand_over)
        except PermanentFailure as failure:
            refusal = failure.code
            if not failure.elsewhere:
                raise Undeliverable(f"{provider.name} said {failure.code}") from None
        except TemporaryFailure:
            away = True
    if away:
        raise NotSent("no provider could be reached")
    raise Undeliverable(refusal)


def _try(provider: Provider, draft: Draft, hand_over: HandOver) -> Message:
    """Hand over to one provider, between two rows: what was begun, and what came of it."""
    message = _begin(draft, provider)
    try:
        receipt = hand_over(provider, str(message.pk))
    except PermanentFailure as failure:
        _note(message, Status.FAILED, error=failure.code)
        raise
    except TemporaryFailure as failure:
        _note(message, Status.FAILED, error=failure.code)
        _count_failure(provider, failure.code, failure.retry_after)
        raise
    except AnswerLost:
        _note(message, Status.UNKNOWN)
        _count_failure(provider, "no answer", 0)
        if _lost(message) < LOST_ANSWERS:
            raise TryLater(f"{provider.name} did not answer") from None
        return message
    clear(AWAY, provider.name)
    look = {"next_look_at": timezone.now() + FIRST_LOOK} if provider.reports else {}
    _note(message, Status.SENT, sid=receipt.sid, sent_at=timezone.now(), **look)
    return message


def _draft(kind: MessageKind, to: str, directory: int, challenge: uuid.UUID | None) -> Draft:
    """What every row about this message says, whichever provider it is handed to."""
    try:
        country = phonenumbers.parse(to).country_code
    except phonenumbers.NumberParseException:
        raise Undeliverable("not a number") from None
    return {
        "directory_id": directory,
        "challenge_id": challenge,
        "kind": kind,
        "number_hash": keyed_hash("telephone", to),
        "prefix": f"+{country}",
    }


def _begin(draft: Draft, provider: Provider) -> Message:
    return Message.objects.create(**draft, provider=provider.name)


def _note(message: Message, status: Status, **facts: object) -> None:
    """What came of handing over; a report that came first says more, and stays."""
    rows = Message.objects.in_directory(message.directory_id).filter(pk=message.pk)
    sure = {name: value for name, value in facts.items() if name != "error"}
    if not rows.filter(status=Status.QUEUED).update(status=status, **facts) and sure:
        rows.update(**sure)
    message.refresh_from_db()


def _lost(message: Message) -> int:
    if message.challenge_id is None:
        return 0
    mine = Message.objects.in_directory(message.directory_id)
    return mine.filter(challenge=message.challenge_id, status=Status.UNKNOWN).count()


def _rests(provider: Provider) -> bool:
    return any(blocked_until(limit, provider.name) for limit in (AWAY, BUSY))


def _count_failure(provider: Provider, code: str, retry_after: int) -> None:
    log.warning("telephony: %s failed (%s)", provider.name, code)
    if retry_after:
        spend(replace(BUSY, rest=timedelta(seconds=retry_after)), provider.name)
    else:
        spend(AWAY, provider.name)
