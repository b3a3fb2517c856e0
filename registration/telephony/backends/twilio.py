"""Twilio: text messages and calls, with reports of what became of them.

A call's script goes with the request that places it, so that no script with a code waits at an
address of ours. Every address is rewritten to TWILIO_API_BASE_URL.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from requests import exceptions
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse
from urllib3.exceptions import NewConnectionError

from registration.telephony.backends import twilio_codes
from registration.telephony.backends.base import (
    AnswerLost,
    Call,
    Provider,
    Receipt,
    Report,
    TemporaryFailure,
    Text,
)
from registration.telephony.models import MessageKind, Status

PATIENCE = (3.05, 10)  # seconds to connect, and to answer
RINGS_FOR = 30  # seconds
TEXT_LIFE = 600  # seconds: a code that comes later opens nothing
BEFORE_EXTENSION = "wwww"  # each is half a second after the switchboard has answered
LARGEST_PRICE = 10_000  # what its column holds
LONGEST_WAIT = 300  # seconds that a provider may ask us to leave it alone

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_STATUSES = {
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "completed": Status.DELIVERED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
    "busy": Status.FAILED,
    "no-answer": Status.FAILED,
}
# Twilio's voices: twilio.com/docs/voice/twiml/say/text-speech
_VOICES = {
    "ar": "ar-XA", "ca": "ca-ES", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR",
    "en": "en-US", "en-gb": "en-GB", "es": "es-ES", "fi": "fi-FI", "fr": "fr-FR", "he": "he-IL",
    "hi": "hi-IN", "hu": "hu-HU", "id": "id-ID", "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR",
    "nb": "nb-NO", "nl": "nl-NL", "pl": "pl-PL", "pt": "pt-PT", "pt-br": "pt-BR", "ro": "ro-RO",
    "ru": "ru-RU", "sk": "sk-SK", "sv": "sv-SE", "th": "th-TH", "tr": "tr-TR", "uk": "uk-UA",
    "vi": "vi-VN", "zh-hans": "cmn-CN", "zh-hant": "cmn-TW",
}  # fmt: skip


class Twilio(Provider):
    """``sender`` is a number, a name, or a messaging service (MG…), which cannot place calls."""

    reports = True

    def __init__(
        self, *, name: str, account_sid: str, auth_token: str, sender: str, base_url: str
    ) -> None:
        super().__init__(name=name, calls=sender.startswith("+"))
        self.account_sid, self.auth_token = account_sid, auth_token
        self.sender, self.base_url = sender, base_url

    def send_text(self, text: Text, *, reference: str) -> Receipt:
        origin = "messaging_service_sid" if self.sender.startswith("MG") else "from_"
        made = self._ask(
            lambda client: client.messages.create(
                to=text.to,
                body=text.body,
                validity_period=TEXT_LIFE,
                **{origin: self.sender},
                **_callback(reference),
            )
        )
        return Receipt(self.name, made.sid)

    def place_call(self, call: Call, *, reference: str) -> Receipt:
        extension = {"send_digits": BEFORE_EXTENSION + call.extension} if call.extension else {}
        made = self._ask(
            lambda client: client.calls.create(
                to=call.to,
                from_=self.sender,
                twiml=script(call),
                timeout=RINGS_FOR,
                **extension,
                **_callback(reference),
            )
        )
        return Receipt(self.name, made.sid)

    def look_up(self, sid: str, kind: MessageKind) -> Report:
        try:
            found = self._ask(
                lambda client: (
                    client.calls(sid) if kind == MessageKind.CALL else client.messages(sid)
                ).fetch()
            )
        except AnswerLost:
            raise TemporaryFailure("timeout") from None
        return report_of(
            {
                "MessageStatus": str(found.status),
                "ErrorCode": str(getattr(found, "error_code", None) or ""),
                "Price": str(found.price or ""),
                "PriceUnit": str(found.price_unit or ""),
                "NumSegments": str(getattr(found, "num_segments", None) or ""),
            }
        )

    def is_signed(self, url: str, fields: Any, signature: str) -> bool:
        """Did the account's owner sign this request? twilio.com/docs/usage/security"""
        return bool(RequestValidator(self.auth_token).validate(url, fields, signature))

    def _ask(self, do: Callable[[Client], Any]) -> Any:
        http = _Http(self.base_url)
        try:
            return do(Client(self.account_sid, self.auth_token, http_client=http))
        except TwilioRestException as error:
            raise twilio_codes.judged(error.status, error.code, http.retry_after) from None
        except exceptions.RequestException as error:
            if _never_left(error):
                raise TemporaryFailure("away") from None
            raise AnswerLost from None
        except (ValueError, TypeError, KeyError):  # taken, and then an answer nobody can read
            raise AnswerLost from None


def script(call: Call) -> str:
    """What Twilio does once somebody answers (TwiML)."""
    response = VoiceResponse()
    response.pause(length=1)
    response.say(call.spoken, language=_voice(call.language))
    return str(response)


def report_of(fields: Mapping[str, str]) -> Report:
    """What the fields of a status callback say. Unknown ones are passed over."""
    word = fields.get("MessageStatus") or fields.get("CallStatus") or ""
    status = _STATUSES.get(word, Status.SENT)
    error = fields.get("ErrorCode") or (word if status is Status.FAILED else "")
    return Report(
        status=status,
        error=error[:20],
        lasting=error in twilio_codes.LASTING,
        price=_price(fields.get("Price", "")),
        currency=fields.get("PriceUnit", "")[:3].upper(),
        segments=_number(fields.get("NumSegments", "")),
    )


def sid_of(fields: Mapping[str, str]) -> str:
    """Twilio's name for the message that a status callback is about."""
    return (fields.get("MessageSid") or fields.get("CallSid") or "")[:64]


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """Sends to our base address, waits a bounded time, logs nothing, and keeps no connection: one
    that died meanwhile could not be told from a message that was taken."""

    def __init__(self, base_url: str) -> None:
        super().__init__(pool_connections=False)
        self.base, self.timeout = urlsplit(base_url), PATIENCE
        self.retry_after = 0

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        ours = urlsplit(url)._replace(scheme=self.base.scheme, netloc=self.base.netloc)
        response = super().request(method, ours.geturl(), *args, **options)
        self.retry_after = min(_number(response.headers.get("Retry-After", "")), LONGEST_WAIT)
        return response

    def log_request(self, kwargs: Any) -> None:
        """Nothing: addresses name accounts and messages."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing."""


def _callback(reference: str) -> dict[str, str]:
    """Where Twilio reports; nowhere on a machine of one's own, an address that it refuses."""
    if urlsplit(settings.PUBLIC_BASE_URL).hostname in _LOOPBACK:
        return {}
    path = reverse("telephony:twilio_report", args=[reference])
    return {"status_callback": f"{settings.PUBLIC_BASE_URL}{path}"}


def _never_left(error: exceptions.RequestException) -> bool:
    """Did it fail before a byte of the message was sent?"""
    if isinstance(error, exceptions.ConnectTimeout | exceptions.SSLError | exceptions.ProxyError):
        return True
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(cause, NewConnectionError)


def _voice(language: str) -> str:
    """The nearest voice; an English one for a language that Twilio has none for."""
    known = language.lower()
    return _VOICES.get(known) or _VOICES.get(known.partition("-")[0], _VOICES["en"])


def _price(text: str) -> Decimal | None:
    """Twilio writes what it takes as a negative number."""
    try:
        price = abs(Decimal(text))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price < LARGEST_PRICE else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
