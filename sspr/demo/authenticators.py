"""The apps of the demonstration's people: what their phones would show now."""

import base64
from dataclasses import dataclass

from django.utils import timezone
from django_otp.oath import TOTP

from accounts.tenancy import across_directories
from registration import methods
from registration.models import Factor


@dataclass(frozen=True, slots=True)
class Phone:
    owner: str
    name: str
    code: str
    seconds_left: int


def new_secret(factor_of: str = "authenticator_app") -> bytes:
    """A fresh, sealed key, made the way registration makes one."""
    made = methods.get(factor_of).draft(None, {})  # type: ignore[arg-type]  # needs no person
    return made.secret


def phones() -> list[Phone]:
    """Every registered app, with its code."""
    with across_directories("the demonstration is its own deployment"):
        factors = Factor.objects.filter(method="authenticator_app").select_related(
            "user", "directory"
        )
        return [_phone(factor) for factor in factors.order_by("user__upn_key")]


def _phone(factor: Factor) -> Phone:
    setup = methods.get(factor.method).setup(factor)
    assert setup, "an app has a key"
    clock = TOTP(base64.b32decode(setup.key.replace(" ", "")))
    clock.time = timezone.now().timestamp()
    left = 30 - int(clock.time) % 30
    name = factor.label or "App"
    return Phone(factor.user.user_principal_name, name, f"{clock.token():06d}", left)
