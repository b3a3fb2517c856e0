"""What reached the demonstration's telephones, newest first: files of the inbox provider."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Message:
    """A text, or a call with what it said."""

    icon: str
    to: str
    extension: str
    language: str
    text: str
    at: datetime


def messages() -> list[Message]:
    """The newest texts and calls."""
    found = [path for folder in _folders() for path in folder.glob("*.json")]
    newest = sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_message(json.loads(path.read_text("utf-8"))) for path in newest[:SHOWN]]


def _folders() -> list[Path]:
    options = [provider.get("OPTIONS", {}) for provider in settings.TELEPHONY_PROVIDERS]
    return [Path(one["folder"]) for one in options if "folder" in one]


def _message(kept: dict[str, Any]) -> Message:
    return Message(
        icon=kept["kind"],
        to=kept["to"],
        extension=kept.get("extension", ""),
        language=kept.get("language", ""),
        text=kept.get("spoken") or kept.get("body", ""),
        at=datetime.fromisoformat(kept["at"]),
    )
