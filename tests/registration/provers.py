"""How a test answers a challenge rightly. Sent codes are read as they are sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone
from django_otp.oath import TOTP

from accounts.client import Client
from accounts.outbox import services as outbox
from accounts.people.models import User
from registration import challenges, methods
from registration.methods.base import Method, SentCode
from registration.models import Challenge, Factor, Purpose
from tests import cast

HOLDER = "11111111-1111-4111-8111-111111111111"
CLIENT = Client(address="192.0.2.1", network="192.0.2.0/24", device="phone")


def app_code(steps: int = 0, secret: bytes = cast.APP_SECRET) -> str:
    """What the cast's authenticator app shows, some steps from now."""
    clock = TOTP(secret, drift=steps)
    clock.time = timezone.now().timestamp()
    return f"{clock.token():06d}"


def show_passkey(challenge: Challenge) -> str:
    """What the owner's device answers; for nobody's challenge a stranger's device does."""
    device = cast.passkey_of(challenge.factor.user if challenge.factor else None)
    return device.use(challenge.facts["challenge"])


# A method that neither sends a code nor stands here cannot be proved by the contract suite.
FACTORS: dict[str, Callable[[User], Factor]] = {
    "authenticator_app": cast.add_app,
    "mobile_phone": cast.add_phone,
    "office_phone": cast.add_desk,
    "passkey": cast.add_passkey,
    "recovery_codes": cast.add_codes,
    "temporary_pass": cast.add_pass,
    "security_questions": cast.add_answers,
}
ANSWERS: dict[str, Callable[[Challenge], str]] = {
    "authenticator_app": lambda _challenge: app_code(),
    "passkey": show_passkey,
    "recovery_codes": lambda _challenge: cast.codes()[0],
    "temporary_pass": lambda _challenge: cast.codes()[0],
    "security_questions": lambda _challenge: json.dumps(cast.ANSWERS),
}


def make_factor(user: User, slug: str) -> Factor:
    """A confirmed factor of any installed method."""
    if slug in FACTORS:
        return FACTORS[slug](user)
    return cast.add_factor(user, slug, address=f"{user.pk}@home.example")


def issue(factor: Factor | None, slug: str, **fields: object) -> Challenge:
    """A challenge to a factor, or to nobody's, in Corp."""
    values = {
        "directory": fields.get("directory") or (factor and factor.directory),
        "purpose": Purpose.RESET,
        "holder": HOLDER,
        "language": "en",
        "client": CLIENT,
        **fields,
    }
    return challenges.issue(factor=factor, method=slug, **values)  # type: ignore[arg-type]


@contextmanager
def intercepted(method: Method) -> Iterator[list[str]]:
    """The codes a method sends meanwhile, newest last."""
    sent: list[str] = []
    with patch.object(
        type(method), "deliver", lambda _self, _challenge, _to, code: sent.append(code)
    ):
        yield sent


def right_answer(challenge: Challenge) -> str:
    """Do what the worker does, and answer as the owner would; nonsense when nothing was sent."""
    method = methods.get(challenge.method)
    if not isinstance(method, SentCode):
        return ANSWERS[challenge.method](challenge)
    with intercepted(method) as sent:
        outbox.work()
    return sent[-1] if sent else "000000"


def answer(challenge: Challenge, text: str, **as_whom: object) -> challenges.Answer:
    """Answer as the challenge's own holder, unless told otherwise."""
    values = {"holder": challenge.holder, "purpose": Purpose(challenge.purpose), **as_whom}
    return challenges.answer(challenge, text, **values)  # type: ignore[arg-type]
