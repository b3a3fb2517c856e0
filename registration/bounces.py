"""What mail servers send back: reports on mails that did not arrive (RFC 3464, in RFC 6522's form).

Anybody can write to a mailbox, so a report counts only by the mark of the mail it is about
(accounts.returns), and only as the outermost form of a message: nothing is searched for in the
depths. Everything else is passed over, and counted.
"""

import re
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from enum import StrEnum
from typing import Any

from django.utils import timezone

from accounts.people.models import User
from accounts.returns import Mark, marks_in
from accounts.tenancy import across_directories
from registration import health
from registration.campaigns import letters

LARGEST = 512 * 1024  # bytes; ours are a thirtieth of it
_TO = ("Delivered-To", "X-Original-To", "To")  # where the mark is, with BOUNCES_TO
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\d)")
_HEADERS_ONLY = {"text/rfc822-headers", "message/rfc822-headers"}
_PARTS = 10
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class Verdict(StrEnum):
    TAKEN = "taken"
    TOO_LARGE = "too large"
    NO_REPORT = "no report"
    NO_FAILURE = "no failure"
    UNKNOWN = "about no mail of ours"
    OLD = "nothing new"


def take(raw: bytes) -> Verdict:
    """Read one message, and note what it reports; never raises for what stands in it."""
    if len(raw) > LARGEST:
        return Verdict.TOO_LARGE
    try:
        parts = _parts(BytesParser().parsebytes(raw))
        if parts is None:
            return Verdict.NO_REPORT
        outer, report, returned = parts
        status = _failure(report)
        marks = _marks(outer, returned)
    except _MALFORMED:
        return Verdict.NO_REPORT
    return _note(marks, status) if status else Verdict.NO_FAILURE


def _parts(message: Message) -> tuple[Message, list[Message], Message | None] | None:
    """The message, the blocks of its report, and what it returns of the mail, if anything."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    inner = [part for part in _listed(message)[:_PARTS] if isinstance(part, Message)]
    reports = [part for part in inner if part.get_content_type() == "message/delivery-status"]
    if not reports:
        return None
    return message, _listed(reports[0]), _returned(inner)


def _listed(message: Message) -> list[Any]:
    payload: Any = message.get_payload()
    return payload if isinstance(payload, list) else []


def _returned(parts: list[Message]) -> Message | None:
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and _listed(part):
            found: Message = _listed(part)[0]
            return found
        if kind in _HEADERS_ONLY:
            within = _listed(part)
            if within:
                return within[0] if isinstance(within[0], Message) else None
            decoded = part.get_payload(decode=True)
            return BytesHeaderParser().parsebytes(decoded if isinstance(decoded, bytes) else b"")
    return None


def _failure(blocks: list[Message]) -> str:
    """The status of the first recipient the mail surely did not reach; "" when there is none."""
    for block in blocks[:_PARTS]:
        if str(block.get("Action", "")).strip().lower() == "failed":
            status = _STATUS.match(str(block.get("Status", "")))
            if status and status.group(1)[0] != "2":
                return status.group(1)
    return ""


def _marks(outer: Message, returned: Message | None) -> list[Mark]:
    texts = [str(line)[:2000] for name in _TO for line in outer.get_all(name, [])[:_PARTS]]
    if returned is not None:
        texts.append(str(returned.get("Message-ID", ""))[:2000])
    return marks_in(" ".join(texts))


def _note(marks: list[Mark], status: str) -> Verdict:
    ours = False
    for mark in marks:
        with across_directories("a report names a mail, and no directory"):
            user = User.objects.filter(pk=mark.person).first()
        if user is None:
            continue
        known = [*health.mailboxes(user)]
        addresses = {user.mail, user.alternate_email, *(factor.address for factor in known)}
        if not any(mark.fits(address) for address in addresses if address):
            continue
        ours, now = True, timezone.now()
        if not now - health.REPORTED_WITHIN <= mark.at <= now:
            continue
        failing = [one for one in known if mark.fits(one.address)]
        noted = [health.failed(one, status, mark.at) for one in failing]
        noted.append(letters.came_back(user, mark.at))
        if any(noted):
            return Verdict.TAKEN
    return Verdict.OLD if ours else Verdict.UNKNOWN
