"""Keeps messages in memory, for tests, as ``django.core.mail.backends.locmem`` does."""

from typing import Any

from registration.telephony.backends.base import Call, Provider, Receipt, Text

outbox: list[Text | Call] = []


class LocMem(Provider):
    """``failure``, when set, is raised instead of keeping anything."""

    failure: Exception | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    def send_text(self, text: Text, *, reference: str) -> Receipt:
        return self._keep(text, reference)

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        return self._keep(call, reference)

    def _keep(self, message: Text | Call, reference: str) -> Receipt:
        if self.failure:
            raise self.failure
        outbox.append(message)
        return Receipt(self.name, f"LM{reference}")
