"""The mail that the demonstration has sent, newest first: files, one or more messages in each."""

import hashlib
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 40
_BETWEEN = b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Letter:
    id: str
    to: str
    sender: str
    subject: str
    date: str
    text: str
    html: str


def letters() -> list[Letter]:
    """The newest messages."""
    folder = Path(settings.EMAIL_FILE_PATH or "")
    if not settings.EMAIL_FILE_PATH or not folder.is_dir():
        return []
    newest = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    parts = [part for path in newest[:SHOWN] for part in reversed(_messages(path))]
    return [_letter(part) for part in parts][:SHOWN]


def _messages(path: Path) -> list[bytes]:
    return [part for part in path.read_bytes().split(_BETWEEN) if part.strip()]


def _letter(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    return Letter(
        id=hashlib.sha256(raw).hexdigest()[:16],
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
