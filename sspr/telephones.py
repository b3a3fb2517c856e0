"""The providers of text messages and calls, from what the environment says.

Without a word about them there is none, and nothing claims to reach a telephone.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from sspr import env

_BACKENDS = "registration.telephony.backends"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Provider = dict[str, Any]


def providers(inbox: str) -> list[Provider]:
    """In the order of TELEPHONY_PROVIDERS; by default whatever is configured, Twilio first.

    ``inbox`` is the folder of a demonstration, which reaches nobody else; empty elsewhere.
    """
    if inbox:
        return [_provider("inbox", "inbox.Inbox", {"folder": inbox})]
    known = {one["NAME"]: one for one in (*_twilio(), *_gateways())}
    order = env.listed("TELEPHONY_PROVIDERS") or list(known)
    known["console"] = _provider("console", "console.Console")
    missing = [name for name in order if name not in known]
    if missing:
        raise ImproperlyConfigured(
            f"TELEPHONY_PROVIDERS names {', '.join(missing)}; there are: {', '.join(known)}."
        )
    return [known[name] for name in order]


def methods(installed: list[Provider]) -> dict[str, str]:
    """The methods that these providers can serve, for VERIFICATION_METHODS."""
    reach = {kind for one in installed for kind in _reach(one)}
    found = {}
    if reach:
        found["mobile_phone"] = "registration.methods.mobile_phone.MobilePhone"
    if "call" in reach:
        found["office_phone"] = "registration.methods.office_phone.OfficePhone"
    return found


def _reach(provider: Provider) -> set[str]:
    """A gateway serves what it was given; every other provider both."""
    both = {"text", "call"}
    return both & provider["OPTIONS"].keys() or both


def _twilio() -> list[Provider]:
    given = {
        "account_sid": env.text("TWILIO_ACCOUNT_SID"),
        "auth_token": env.text("TWILIO_AUTH_TOKEN"),
        "sender": env.text("TWILIO_FROM"),
    }
    if not any(given.values()):
        return []
    if not all(given.values()):
        raise ImproperlyConfigured(
            "Set all of TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM, or none."
        )
    base_url = env.text("TWILIO_API_BASE_URL", "https://api.twilio.com")
    options = {**given, "base_url": _safe(base_url, "TWILIO_API_BASE_URL")}
    return [_provider("twilio", "twilio.Twilio", options)]


def _gateways() -> list[Provider]:
    """SMS_GATEWAYS: a JSON object, or a list of them, each with a name, a text, a call."""
    text = env.text("SMS_GATEWAYS")
    if not text:
        return []
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"SMS_GATEWAYS is no JSON: {error}.") from None
    return [_gateway(one) for one in (found if isinstance(found, list) else [found])]


def _gateway(one: Any) -> Provider:
    if not isinstance(one, dict) or not {"name"} < one.keys() <= {"name", "text", "call"}:
        raise ImproperlyConfigured("SMS_GATEWAYS: each has a name, and a text, a call or both.")
    options = {part: one[part] for part in ("text", "call") if part in one}
    for part, endpoint in options.items():
        if not isinstance(endpoint, dict) or not isinstance(endpoint.get("url"), str):
            raise ImproperlyConfigured(f"SMS_GATEWAYS: {one['name']}.{part} needs a url.")
        _safe(endpoint["url"], f"SMS_GATEWAYS: {one['name']}.{part}.url")
    return _provider(str(one["name"])[:30], "http.Gateway", options)


def _provider(name: str, backend: str, options: dict[str, Any] | None = None) -> Provider:
    return {"NAME": name, "BACKEND": f"{_BACKENDS}.{backend}", "OPTIONS": options or {}}


def _safe(url: str, where: str) -> str:
    """Codes leave this machine encrypted, or not at all."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return url
    raise ImproperlyConfigured(f"{where} must begin with https://.")
