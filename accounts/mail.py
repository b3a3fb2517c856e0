"""The one place that sends mail.

``TryLater``: the server is away or busy, and in ``NotSent`` it surely has not got the message.
``Undeliverable``: it will never take this message for this address. None of them says the
address: they end up in logs.
"""

import re
import secrets
import smtplib
import socket
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.template import loader
from django.utils import timezone, translation

from accounts import returns
from accounts.messages.models import MessageText
from accounts.messages.services import worded
from accounts.outbox.services import TryLater
from accounts.people.models import Directory

_COLUMNS = 72  # of the plain text
_PERMANENT = range(500, 600)
_ENHANCED = re.compile(rb"\s*(5\.\d{1,3}\.\d{1,3})(?!\d)")  # RFC 3463, at the start of an answer


_LINKING = re.compile(r"([.:@\uff0e\u3002])(?=\S)")  # between two words: an address begins so


class NotSent(TryLater):
    """The server has not got the message: the next try cannot be a repeat."""


class Undeliverable(Exception):
    """This address will not take this message, however often it is tried.

    ``status``: the server's reason (RFC 3463, "5.1.1"), else the code of its answer ("550").
    """

    def __init__(self, text: str, status: str = "") -> None:
        super().__init__(text)
        self.status = status


def send(
    to: str,
    slug: str,
    context: Mapping[str, Any],
    language: str,
    directory: Directory,
    *,
    person: int | None = None,
    at: datetime | None = None,
    key: str = "",
    headers: Mapping[str, str] | None = None,
    own: MessageText | None = None,
) -> None:
    """Render ``templates/email/<slug>.*`` in the recipient's language and hand it to the server.

    ``person``: whose address it is; then what comes back is known again (accounts.returns).
    ``at`` and ``key``: when it was written, and what tells it from others of that moment. A repeat
    has both again, and so its Message-ID: many mail systems show that only once. ``own``: what the
    organisation says instead of our words (accounts.messages).
    """
    if not _is_address(to):
        raise Undeliverable("not an address", "5.1.3")
    looks = rendered(slug, context, language, directory, own)
    message = EmailMultiAlternatives(looks.subject, looks.text, sender(directory), [to])
    message.attach_alternative(looks.page, "text/html")
    mark = returns.mark(person, to, at or timezone.now()) if person else ""
    message.from_email = returns.sender_of(mark) or message.from_email
    message.extra_headers = {
        "From": sender(directory),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
        "Message-ID": _message_id(mark, key),
        **(headers or {}),
    }
    _hand_over(message)


def _message_id(mark: str, key: str) -> str:
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname
    return f"<{mark}.{key or secrets.token_hex(5)}@{host}>" if mark else make_msgid(domain=host)


def sender(directory: Directory) -> str:
    """Our address under the organisation's name, whatever signs that name holds."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((_one_line(directory.display_name), address))


def unlinked(name: str) -> str:
    """A name that somebody else may have chosen, so that no mail reader makes a link of it."""
    return _LINKING.sub(r"\1 ", name)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's subject, its plain text, and the same as HTML."""

    subject: str
    text: str
    page: str


def rendered(
    slug: str,
    context: Mapping[str, Any],
    language: str,
    directory: Directory,
    own: MessageText | None = None,
) -> Rendered:
    """What a mail says, in a language."""
    known = {
        "organization": directory.display_name,
        "helpdesk_phone": directory.helpdesk_phone,
        "helpdesk_hours": directory.helpdesk_hours,
        "portal_url": f"{settings.PUBLIC_BASE_URL}/",
        **context,
    }
    words = worded(own, known) if own else None
    known["own"] = words
    with translation.override(language):
        subject = (
            words.subject if words else loader.render_to_string(f"email/{slug}.subject", known)
        )
        return Rendered(
            subject=_one_line(subject),
            text=_tidy(loader.render_to_string(f"email/{slug}.txt", known)),
            page=loader.render_to_string(f"email/{slug}.html", known),
        )


def _hand_over(message: EmailMultiAlternatives) -> None:
    message.connection = connection = get_connection()
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _judged(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPDataError as error:
        raise _judged(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server said {error.smtp_code}") from None
    except (ConnectionRefusedError, socket.gaierror) as error:
        raise NotSent(f"the mail server is away ({type(error).__name__})") from None
    except OSError as error:
        raise TryLater(f"the mail server is away ({type(error).__name__})") from None
    finally:
        with suppress(OSError):
            connection.close()  # Django leaves one open whose encryption failed


def _judged(code: int, said: bytes | str) -> Exception:
    if code in _PERMANENT:
        reason = _ENHANCED.match(said if isinstance(said, bytes) else said.encode())
        status = reason.group(1).decode() if reason else str(code)
        return Undeliverable(f"the mail server said {code}", status)
    return NotSent(f"the mail server said {code}")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _one_line(text: str) -> str:
    """No line break can start a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _tidy(text: str) -> str:
    """Trailing blanks and runs of empty lines are left over from template tags, and how long a
    line is depends on the language."""
    lines = [line for long in text.strip().splitlines() for line in _wrapped(long.rstrip())]
    pairs = zip(lines, ["x", *lines], strict=False)
    return "\n".join(line for line, before in pairs if line or before) + "\n"


def _wrapped(line: str) -> list[str]:
    """The line in pieces of at most 72 columns; a long address stays whole."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line,
        _COLUMNS,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
