"""A gateway that takes messages over HTTP, described by a template: for whatever provider there is.

    {"url": "https://sms.example/v2/messages",
     "headers": {"Authorization": "Bearer TOKEN"},
     "json": {"to": "{to}", "text": "{body}", "reference": "{reference}"},
     "success": [200, 202], "id": "messages.0.id",
     "error": "error.code", "permanent": ["invalid_number"]}

``json``, ``form`` or ``query`` holds the message (a query ends up in the gateway's own log: take it
only where there is nothing else). ``{to}`` is +12025550123, ``{digits}`` the same without the plus,
``{body}`` the text or what the call says; ``{language}`` and ``{extension}`` belong to calls.
"""

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from registration.telephony.backends.base import (
    AnswerLost,
    Call,
    PermanentFailure,
    Provider,
    Receipt,
    TemporaryFailure,
    Text,
)

TO_CONNECT, TO_ANSWER = 3, 10  # seconds
LONGEST_ANSWER = 64 * 1024  # bytes that are read of it
LONGEST_WAIT = 300  # seconds that a gateway may ask us to leave it alone
_NUMBERS = re.compile(r"\+?[0-9](?:[0-9 ().-]*[0-9]){5,}")  # some gateways repeat whose it was
_WORD = re.compile(r"\{(to|digits|body|reference|language|extension)\}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of a gateway: how to ask, and how to read the answer.

    ``success``: statuses that mean *taken* (any 2xx when empty). ``id`` and ``error`` are paths
    into a JSON answer, with dots. ``permanent``: errors, or statuses, that are the number's fault.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    success: tuple[int, ...] = ()
    id: str = ""
    error: str = ""
    permanent: tuple[str | int, ...] = ()

    def __post_init__(self) -> None:
        if (self.json, self.form, self.query).count(None) != 2:
            raise ValueError("one of json, form and query holds the message")

    def target(self, words: Mapping[str, str]) -> str:
        """What stands behind the host."""
        parts = urlsplit(self.url)
        asked = [parts.query, urlencode(_filled(dict(self.query or {}), words))]
        query = "&".join(part for part in asked if part)
        return f"{parts.path or '/'}?{query}" if query else parts.path or "/"

    def body(self, words: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """The body, and the headers that go with it."""
        if self.query is not None:
            return b"", dict(self.headers)
        if self.form is not None:
            content = urlencode(_filled(dict(self.form), words)).encode()
            kind = "application/x-www-form-urlencoded"
        else:
            content, kind = json.dumps(_filled(self.json, words)).encode(), "application/json"
        return content, {"Content-Type": kind, **self.headers}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: Any
    retry_after: int

    def at(self, path: str) -> str:
        """What stands at a path like ``messages.0.id``; empty when nothing does."""
        found = self.content
        for step in path.split(".") if path else ():
            try:
                found = found[int(step) if isinstance(found, list) else step]
            except (KeyError, IndexError, TypeError, ValueError):
                return ""
        return str(found) if path and isinstance(found, str | int) else ""


class Gateway(Provider):
    """``text`` and ``call`` describe an ``Endpoint`` each; without one it does not do that."""

    def __init__(
        self, *, name: str, text: Mapping[str, Any] | None = None, call: Any = None
    ) -> None:
        super().__init__(name=name, texts=bool(text), calls=bool(call))
        self.text = Endpoint(**text) if text else None
        self.call = Endpoint(**call) if call else None

    def send_text(self, text: Text, *, reference: str) -> Receipt:
        assert self.text, "asked for texts only where it has them"
        return self._hand_over(self.text, _words(text.to, text.body, reference))

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        assert self.call, "asked for calls only where it has them"
        words = _words(call.to, call.spoken, reference)
        more = {"language": call.language, "extension": call.extension}
        return self._hand_over(self.call, {**words, **more})

    def _hand_over(self, endpoint: Endpoint, words: Mapping[str, str]) -> Receipt:
        answer = _ask(endpoint, words)
        taken = answer.status in endpoint.success if endpoint.success else answer.status // 100 == 2
        said = answer.at(endpoint.error) or str(answer.status)
        code = _NUMBERS.sub("…", said)[:20]
        if {said[:20], answer.status} & set(endpoint.permanent):
            raise PermanentFailure(code)
        if not taken:
            raise TemporaryFailure(code, answer.retry_after)
        return Receipt(self.name, answer.at(endpoint.id)[:64])


def _words(to: str, body: str, reference: str) -> dict[str, str]:
    return {"to": to, "digits": to.removeprefix("+"), "body": body, "reference": reference}


def _filled(template: Any, words: Mapping[str, str]) -> Any:
    """The template with its words; what they hold is never looked at for further words."""
    if isinstance(template, str):
        return _WORD.sub(lambda found: words.get(found[1], ""), template)
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    return template


def _ask(endpoint: Endpoint, words: Mapping[str, str]) -> Answer:
    """Connecting and asking are apart: only after the first can a message have been taken."""
    target, (body, headers) = endpoint.target(words), endpoint.body(words)
    address = urlsplit(endpoint.url)
    connection = _connection(address.scheme, address.hostname or "", address.port)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise TemporaryFailure("away") from error
        try:
            connection.sock.settimeout(TO_ANSWER)
            connection.request(endpoint.method, target, body, headers)
            response = connection.getresponse()
            raw = response.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise AnswerLost from error
    finally:
        connection.close()
    return Answer(response.status, _parsed(raw), _seconds(response.getheader("Retry-After")))


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        trusted = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TO_CONNECT, context=trusted)
    return http.client.HTTPConnection(host, port, timeout=TO_CONNECT)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _seconds(text: str | None) -> int:
    plain = text or ""
    is_number = plain.isascii() and plain.isdigit() and len(plain) < 10
    return min(int(plain), LONGEST_WAIT) if is_number else 0
