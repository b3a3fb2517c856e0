"""A code from an authenticator app (TOTP, RFC 6238)."""

import base64
import logging
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.oath import TOTP

from accounts.crypto import Unreadable, same, seal, unseal
from accounts.people.models import User
from registration import codes
from registration.methods.base import Draft, Method, Setup
from registration.models import Challenge, Factor

log = logging.getLogger(__name__)

SECRET_BYTES = 20  # as long as SHA-1's output, RFC 4226 section 4
DRIFT = 1  # steps of 30 seconds a phone's clock may be off
_PURPOSE = "authenticator_app"


class AuthenticatorApp(Method):
    slug = "authenticator_app"
    name = _("Authenticator app")
    label = _("Enter a code from my authenticator app")
    hint = _("Shows a new code every 30 seconds, also without a signal")
    icon = "app"
    second_factor = True
    named = True
    heading = _("Enter the code from your app")
    code_label = _("Code from the app")
    code_hint = _("6 numbers. They change every 30 seconds.")
    wrong = _("That is not the code the app shows now. Wait for the next one.")

    def check(self, challenge: Challenge, answer: str) -> bool:
        factor = challenge.factor
        step = _matching_step(_key_or_none_that_fits(factor), codes.digits(answer))
        if step is None or factor is None:
            return False
        unused = Factor.objects.in_directory(factor.directory_id).filter(
            pk=factor.pk, last_step__lt=step
        )
        return unused.update(last_step=step) == 1

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        return Draft(secret=seal(_PURPOSE, secrets.token_bytes(SECRET_BYTES)))

    def setup(self, factor: Factor) -> Setup:
        key = base64.b32encode(unseal(_PURPOSE, bytes(factor.secret))).decode()
        issuer = factor.directory.display_name
        label = quote(f"{issuer}:{factor.user.user_principal_name}")
        parameters = urlencode({"secret": key, "issuer": issuer}, quote_via=quote)
        return Setup(
            "registration/set_up_app.html",
            key=_grouped(key),
            uri=f"otpauth://totp/{label}?{parameters}",
        )


def latest_step() -> int:
    """The last step whose code an app with a fast clock could have shown by now."""
    clock = TOTP(b"")
    clock.time = timezone.now().timestamp()
    return int(clock.t()) + DRIFT


def _key_or_none_that_fits(factor: Factor | None) -> bytes:
    """The app's key; for nobody's app, or one sealed under a lost pepper, a key no code fits."""
    if factor is not None:
        try:
            return unseal(_PURPOSE, bytes(factor.secret))
        except Unreadable:
            log.error("the key of factor %s cannot be read: did CODE_PEPPER change?", factor.pk)
    return secrets.token_bytes(SECRET_BYTES)


def _matching_step(key: bytes, code: str) -> int | None:
    """The time step whose code this is; None when it is of no step near now."""
    clock = TOTP(key)
    clock.time = timezone.now().timestamp()
    found = None
    for clock.drift in range(-DRIFT, DRIFT + 1):
        if same(f"{clock.token():0{codes.LENGTH}d}".encode(), code.encode()):
            found = clock.t()
    return found


def _grouped(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
