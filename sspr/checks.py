"""System checks: what settings name must exist before the first request."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from accounts import returns
from accounts.policy.breached.file import BreachedFile, Damaged

_LISTS = (
    "SIGN_IN_INTERRUPTS",
    "NOTICE_ADDRESSES",
    "MAIL_REFUSED",
    "POLICY_EFFECTS",
    "PEOPLE_SYNCHRONIZED",
    "AUTHENTICATION_BACKENDS",
)
_PROVIDERS = "registration.telephony.providers.providers"  # needs models, and so is found late
_MOST_NUMBERS = 20_000_000
_MAPS = ("VERIFICATION_METHODS", "STORES", "OUTBOX_HANDLERS")


def seams(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every dotted path that plugs something in can be imported."""
    return [
        Error(f"{setting} names {path}, which cannot be imported.", id="sspr.E001")
        for setting, path in _paths()
        if not _exists(path)
    ]


def demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A demonstration shows everybody's mail: it is no deployment."""
    if not settings.DEMO:
        return []
    return [Error("DEMO is on: anybody can read every code.", id="sspr.E002")]


def telephones(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every provider of texts and calls can be made with the options it is given."""
    try:
        import_string(_PROVIDERS)()
    except (ImportError, TypeError, ValueError) as error:
        return [Error(f"TELEPHONY_PROVIDERS: {error}", id="sspr.E003")]
    return []


def printed_codes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever reads standard output of a deployment must not read codes."""
    backends = [provider["BACKEND"] for provider in settings.TELEPHONY_PROVIDERS]
    if not any(backend.endswith(".Console") for backend in backends):
        return []
    return [Warning("TELEPHONY_PROVIDERS: console prints every code.", id="sspr.W001")]


def returned_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The sender of a marked mail is an address that servers take (RFC 5321, 4.5.3.1.1)."""
    if not settings.BOUNCES_TO:
        return []
    try:
        validate_email(settings.BOUNCES_TO)
        fits = len(settings.BOUNCES_TO.rpartition("@")[0]) <= returns.LONGEST_MAILBOX
    except ValidationError:
        fits = False
    needed = (
        f"BOUNCES_TO must be an address with at most {returns.LONGEST_MAILBOX} letters before @."
    )
    return [] if fits else [Error(needed, id="sspr.E004")]


def breached_passwords(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The file of breached passwords, where one is named, is there and whole in size."""
    if not settings.BREACHED_PASSWORDS_FILE:
        return []
    try:
        BreachedFile(Path(settings.BREACHED_PASSWORDS_FILE))
    except (Damaged, OSError) as error:
        return [Error(f"BREACHED_PASSWORDS_FILE cannot be used: {error}.", id="sspr.E005")]
    return []


def bot_challenge(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Proof of work that takes somebody's telephone a minute, or nothing at all, is a mistake."""
    if 1 <= settings.BOT_CHALLENGE_NUMBERS <= _MOST_NUMBERS:
        return []
    needed = f"BOT_CHALLENGE_NUMBERS must be a number from 1 to {_MOST_NUMBERS}."
    return [Error(needed, id="sspr.E006")]


def _paths() -> Iterable[tuple[str, str]]:
    for setting in _LISTS:
        yield from ((setting, path) for path in getattr(settings, setting))
    for setting in _MAPS:
        yield from ((setting, path) for path in getattr(settings, setting).values())
    yield "BOT_CHALLENGE", settings.BOT_CHALLENGE
    for path, _seconds in settings.PERIODIC_JOBS.values():
        yield "PERIODIC_JOBS", path


def _exists(path: str) -> bool:
    try:
        import_string(path)
    except ImportError:
        return False
    return True
