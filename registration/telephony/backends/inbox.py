"""Keeps messages as files that the demonstration's inbox shows. For demonstrations only."""

import json
from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from registration.telephony.backends.base import Call, Provider, Receipt, Text


class Inbox(Provider):
    """``folder`` is made when it is missing; each message is one JSON file in it."""

    def __init__(self, *, name: str, folder: str) -> None:
        super().__init__(name=name)
        self.folder = Path(folder)

    def send_text(self, text: Text, *, reference: str) -> Receipt:
        return self._keep("text", text, reference)

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        return self._keep("call", call, reference)

    def _keep(self, kind: str, message: Text | Call, reference: str) -> Receipt:
        kept = {"kind": kind, "at": timezone.now().isoformat(), **asdict(message)}
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{reference}.json"
        path.with_suffix(".part").write_text(json.dumps(kept), encoding="utf-8")
        path.with_suffix(".part").replace(path)
        return Receipt(self.name, reference)
