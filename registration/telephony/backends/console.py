"""Prints messages on standard output, for work on this product: whoever reads it has the codes."""

import sys

from registration.telephony.backends.base import Call, Provider, Receipt, Text


class Console(Provider):
    def send_text(self, text: Text, *, reference: str) -> Receipt:
        return self._print(f"Text to {text.to}", text.body)

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        extension = f", extension {call.extension}" if call.extension else ""
        return self._print(f"Call to {call.to}{extension}", call.spoken)

    def _print(self, head: str, body: str) -> Receipt:
        sys.stdout.write(f"{head}\n{body}\n{'-' * 79}\n")
        sys.stdout.flush()
        return Receipt(self.name)
