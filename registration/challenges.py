"""Questions and their answers: the one place where a code is judged.

A try is counted before anything is compared, by one conditional statement of its own, so that
fifty answers at once are five tries like any others. Nobody's challenge walks the same path, and
no answer to it is right.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, F, Q, UUIDField
from django.utils import timezone

from accounts import clock
from accounts.client import Client
from accounts.crypto import keyed_hash
from accounts.limits.services import Counted, Limit, used_up
from accounts.outbox import services as outbox
from accounts.people.models import Directory, User
from accounts.policy.models import Policy
from accounts.prepared import Change, Given, Prepared, build_in_vain, insert, require_no_transaction
from accounts.tenancy import TenantQuerySet
from registration import codes, failures, methods
from registration.models import Challenge, Factor, Purpose

LIFE = timedelta(minutes=30)
TRIES = 5  # over the life of a challenge: a new code brings no new tries
SENDS = 5
LONGEST_HINT = 80  # characters of a mask that are kept: a domain has up to 253
FIRST_WAIT = 30  # seconds before a second code; doubled with each

# More than any policy lets one person ask for at once: it stops what comes by several ways or
# names, and what comes slowly enough for every other limit.
SENDS_TO_ONE_ADDRESS = Limit(
    "registration.sends_to_one_address",
    times=25,
    within=timedelta(hours=24),
    rest=timedelta(hours=24),
)
# And not in one go: as many as one challenge may send.
_HOUR = timedelta(hours=1)
SENDS_IN_ONE_HOUR = Limit("registration.sends_in_one_hour", SENDS, within=_HOUR, rest=_HOUR)
SENDINGS = (SENDS_IN_ONE_HOUR, SENDS_TO_ONE_ADDRESS)


class Verdict(StrEnum):
    PASSED = "passed"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an answer."""

    verdict: Verdict
    tries_left: int = 0

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED


class About(TypedDict):
    """What a question is made of.

    ``destination_key`` stands in for the address of a factor that does not exist: the same for
    the same name and method, so that its sends run out like anybody's. ``person_key`` is the same
    for all that is asked of one person, or of one name that is nobody's. ``way``: "" is the first.
    """

    directory: Directory
    factor: Factor | None
    method: str
    purpose: Purpose
    holder: str
    language: str
    client: Client
    destination_key: NotRequired[str]
    person_key: NotRequired[str]
    known_browser: NotRequired[bool]
    way: NotRequired[str]
    hint: NotRequired[str]
    policy: NotRequired[Policy | None]


def destination_of(factor: Factor | None, otherwise: str, known_browser: bool = False) -> str:
    """What sends are counted under: the factor's address, or what stands for nobody's.

    Those that a known browser asks for are counted apart, so that strangers cannot use them up.
    """
    address = factor.address.casefold() if factor else otherwise
    return keyed_hash("destination", address, *(["known"] if known_browser else [])).hex()


def sends_blocked_until(destination: str) -> datetime | None:
    """When messages to this destination flow again; None while they do."""
    counted: list[Counted] = [(limit, (destination,)) for limit in SENDINGS]
    return max(used_up(counted).values(), default=None)


def issue(**about: Unpack[About]) -> Challenge:
    """Put a question to a factor, or to nobody's; in the transaction of the caller."""
    return put(drafted(**about))


def drafted(**about: Unpack[About]) -> Challenge:
    """A question as it would be put now; no row yet."""
    now, method, client = timezone.now(), methods.get(about["method"]), about["client"]
    factor, stands_in = about["factor"], about.get("destination_key") or about["holder"]
    known = about.get("known_browser", False)
    return Challenge(
        directory=about["directory"],
        factor=factor,
        method=method.slug,
        way=about.get("way") or method.ways[0].slug,
        facts=method.put(factor, about.get("policy"), stands_in),
        purpose=about["purpose"],
        holder=about["holder"],
        destination=destination_of(factor, stands_in, known),
        person=keyed_hash(
            "person",
            about.get("person_key") or (str(factor.user_id) if factor else about["holder"]),
        ).hex(),
        known_browser=known,
        hint=about.get("hint", "")[:LONGEST_HINT],
        language=about["language"],
        device=client.device,
        network=client.network,
        created_at=now,
        expires_at=now + LIFE,
        sends=int(method.sends),
        next_send_at=now + timedelta(seconds=FIRST_WAIT),
    )


def put(challenge: Challenge) -> Challenge:
    """Put a question that was drafted, in the transaction of the caller."""
    insert(challenge)
    if challenge.sends:
        _post(challenge)
    return challenge


def resend(challenge: Challenge) -> bool:
    """Ask for a newer code; False when it is too early for one, or too late."""
    if not methods.get(challenge.method).sends:
        return False
    now = timezone.now()
    wait = timedelta(seconds=FIRST_WAIT * 2**challenge.sends)
    ready = _open(challenge).filter(
        sends=challenge.sends, sends__lt=SENDS, tries__lt=TRIES, next_send_at__lte=now
    )
    with transaction.atomic():
        if not ready.update(sends=F("sends") + 1, next_send_at=now + wait):
            return False
        _post(challenge)
    challenge.sends, challenge.next_send_at = challenge.sends + 1, now + wait
    return True


def keep_code(challenge: Challenge, code_hash: bytes) -> bool:
    """Make this the only code that is right; False when the challenge is over."""
    until = timezone.now() + codes.LIFE
    return bool(_open(challenge).update(code_hash=code_hash, code_expires_at=until))


def close(challenge: Challenge) -> None:
    """End a challenge: no answer to it is right any more."""
    _open(challenge).update(closed_at=timezone.now())


def void(user: User) -> None:
    """Codes and links on their way to a person let nobody in any more."""
    _VOID.make(directory=user.directory_id, user=user.pk, now=timezone.now())


def answer(challenge: Challenge, text: str, *, holder: str, purpose: Purpose) -> Answer:
    """Judge one answer. Call it outside any transaction: a count must not be rolled back.

    A wrong answer is returned, not raised. ``holder`` and ``purpose`` are the caller's own: an
    answer given on behalf of another attempt, session or purpose is not looked at.
    """
    if challenge.holder != holder or challenge.purpose != purpose:
        return Answer(Verdict.CLOSED)
    if not _count_try(challenge):
        return _why_not(challenge)
    current = _in_hand(_CURRENT.first(directory=challenge.directory_id, pk=challenge.pk))
    if current is None:
        return Answer(Verdict.CLOSED)
    left = max(0, TRIES - current.tries)
    right = methods.get(current.method).check(current, text)
    if not (right and _may_answer(current)):
        _put_again(challenge, current)
        failures.count(current)
        return Answer(Verdict.WRONG, left)
    if not _open(current).update(passed_at=timezone.now()):
        return Answer(Verdict.CLOSED)
    failures.forget(current)
    methods.get(current.method).passed(current)
    return Answer(Verdict.PASSED, left)


def for_worker(identifier: str) -> Challenge | None:
    """A challenge with all that a message about it needs, in whatever directory."""
    return _in_hand(_FOR_WORKER.first(pk=identifier))


def one_of(directory: int, pk: uuid.UUID) -> Challenge | None:
    """A directory's challenge, whoever holds it."""
    return _in_hand(_CURRENT.first(directory=directory, pk=pk))


def held_by(holder: str, purpose: Purpose, directory: Directory, pk: uuid.UUID) -> Challenge | None:
    """A holder's own challenge, with its factor and whose that is."""
    return _in_hand(_HELD.first(directory=directory.pk, holder=holder, purpose=purpose, pk=pk))


def _everything() -> TenantQuerySet[Challenge]:
    rows = Challenge.objects.select_related("factor__user", "directory")
    return rows.defer("directory__logo", "directory__logo_dark")


_DIRECTORY, _PK = Given("directory", BigIntegerField()), Given("pk", UUIDField())
_HOLDER, _PURPOSE = Given("holder", CharField()), Given("purpose", CharField())
_FOR_WORKER = Prepared(lambda: _everything().filter(pk=_PK))
_CURRENT = Prepared(lambda: _everything().filter(directory_id=_DIRECTORY, pk=_PK))
_HELD = Prepared(
    lambda: _everything().filter(directory_id=_DIRECTORY, pk=_PK, holder=_HOLDER, purpose=_PURPOSE)
)
_USER = Given("user", BigIntegerField())
_LETS_IN = Q(passed_at=None, closed_at=None, purpose__in=[Purpose.RESET, Purpose.SIGN_IN])
_VOID = Change(
    lambda: Challenge.objects.filter(_LETS_IN, directory_id=_DIRECTORY, factor__user_id=_USER),
    closed_at=Given("now", DateTimeField()),
)


def _in_hand(challenge: Challenge | None) -> Challenge | None:
    """A challenge, its factor and its person are of one directory: loaded once."""
    if challenge and challenge.factor:
        challenge.factor.directory = challenge.factor.user.directory = challenge.directory
    else:
        build_in_vain(Factor, User)
    return challenge


def _open(challenge: Challenge) -> TenantQuerySet[Challenge]:
    """The challenge's row, while it can still be answered."""
    mine = Challenge.objects.in_directory(challenge.directory_id).filter(pk=challenge.pk)
    return mine.filter(clock.living("expires_at", LIFE), passed_at=None, closed_at=None)


def _post(challenge: Challenge) -> None:
    outbox.send(
        "challenge",
        {"challenge": str(challenge.pk)},
        directory=challenge.directory_id,
        expires_in=codes.LIFE,
    )


def _count_try(challenge: Challenge) -> bool:
    fresh = Q(code_expires_at=None) | clock.living("code_expires_at", codes.LIFE)
    require_no_transaction()
    return bool(_open(challenge).filter(fresh, tries__lt=TRIES).update(tries=F("tries") + 1))


def _why_not(challenge: Challenge) -> Answer:
    current = Challenge.objects.in_directory(challenge.directory_id).get(pk=challenge.pk)
    if current.passed_at or current.closed_at:
        return Answer(Verdict.CLOSED)
    if current.tries >= TRIES:
        return Answer(Verdict.USED_UP)
    return Answer(Verdict.EXPIRED, TRIES - current.tries)


def _put_again(challenge: Challenge, current: Challenge) -> None:
    """After a wrong answer some methods ask something else."""
    challenge.facts = methods.get(current.method).put_again(current)
    if challenge.facts:
        _open(current).update(facts=challenge.facts)


def _may_answer(challenge: Challenge) -> bool:
    """Does the factor count for this purpose now? A new one rests before it opens a reset."""
    factor = challenge.factor
    if factor is None or factor.disabled_at:
        return False
    if challenge.purpose == Purpose.RESET:
        return factor.is_usable(unconfirmed=True)  # the kernel asks the policy
    return challenge.purpose == Purpose.REGISTER or factor.confirmed_at is not None
