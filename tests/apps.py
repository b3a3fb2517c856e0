"""What somebody's authenticator app shows."""

from django.utils import timezone
from django_otp.oath import TOTP

from tests.cast import APP_SECRET


def code_now(secret: bytes = APP_SECRET, *, steps: int = 0) -> str:
    """The code of this half minute, or of one ``steps`` later."""
    clock = TOTP(secret, drift=steps)
    clock.time = timezone.now().timestamp()
    return f"{clock.token():06d}"
