"""Signing in: is this the person, may they come in now, and what must they do first?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import notices
from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.hashing import Busy
from accounts.limits.services import Limit, spend
from accounts.people.models import User
from accounts.people.services import Found, NotSetUp, find
from accounts.signin import browsers, events, keys, lockout, rules
from accounts.signin.errors import HeldUp, StoreAway
from accounts.signin.lockout import Reserved

# Strangers only: a known browser has its own counter, so an office behind one address is not
# stopped by a single machine in it that guesses.
PER_NETWORK = Limit(
    "signin.passwords_from_one_network",
    times=300,
    within=timedelta(minutes=10),
    rest=timedelta(minutes=10),
)


class Outcome(StrEnum):
    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    LOCKED = "locked"
    LOCKED_THERE = "locked_there"  # by the directory's own server; told to who is known only
    NETWORK_BLOCKED = "network_blocked"
    AWAY = "away"
    NOT_SET_UP = "not_set_up"


@dataclass(frozen=True, slots=True)
class Result:
    """``until``: when a blocked try may be made again; ``time_zone`` to tell it in."""

    outcome: Outcome
    user: User | None = None
    until: datetime | None = None
    known_browser: bool = False
    time_zone: str = "UTC"


class Visit(Protocol):
    """What settling needs of a request."""

    session: SessionBase
    client: Client
    user: User | AnonymousUser
    interrupted_user: User | None
    settled_user: User | None


@sensitive_variables("password")
def sign_in(name: str, password: str, client: Client) -> Result:
    """Judge a name and a password. Unknown, wrong and disabled cost and look the same."""
    try:
        found = find(name)
    except NotSetUp:
        return Result(Outcome.NOT_SET_UP)
    known_browser = browsers.is_known(found.directory.pk, found.user, client)
    result = Result(
        Outcome.REFUSED, known_browser=known_browser, time_zone=found.directory.time_zone
    )
    if not known_browser:
        spent = spend(PER_NETWORK, client.network, directory=found.directory.pk)
        if not spent.allowed:
            _note(events.SignInBlocked(by="network"), found, client)
            return replace(result, outcome=Outcome.NETWORK_BLOCKED, until=spent.until)
    return _judge(found, password, client, result)


@sensitive_variables("password")
def confirm_password(user: User, password: str, client: Client) -> Result:
    """Judge the password of somebody who is signed in, under the same locks."""
    result = sign_in(user.user_principal_name, password, client)
    if result.user and result.user.pk != user.pk:
        return replace(result, outcome=Outcome.REFUSED, user=None)
    if result.user:
        record(events.PasswordConfirmed(), directory=user.directory_id, client=client, subject=user)
    return result


def begin_session(
    session: SessionBase,
    user: User,
    client: Client,
    *,
    known_browser: bool,
    target: str,
    second_factor: bool = False,
) -> str:
    """Start a session and say where it goes: to the first interrupt, or to the target.

    With interrupts still due the session is nobody's until ``settle`` finds none left.
    """
    unsettled = rules.start(session, user, client, target, _now(), second_factor=second_factor)
    if not unsettled:
        return _arrive(session, user, client, known_browser=known_browser)
    _note_user(events.SignInInterrupted(steps=", ".join(unsettled)), user, client)
    return rules.url_of(unsettled[0])


def settle(visit: Visit) -> str:
    """Look again at what stands before a person; returns where to go next.

    The session gets a new key each time something was settled, and is theirs once nothing is left.
    """
    waiting = visit.interrupted_user
    if waiting is None:
        return str(visit.session.pop(keys.TARGET, "") or settings.LOGIN_REDIRECT_URL)
    people = User.objects.in_directory(waiting.directory_id).select_related("directory")
    user = people.get(pk=waiting.pk)
    unsettled = rules.due(visit.session, user)
    if unsettled != visit.session[keys.UNSETTLED]:
        visit.session.cycle_key()
    visit.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if unsettled:
        visit.session[keys.UNSETTLED] = unsettled
        return rules.url_of(unsettled[0])
    del visit.session[keys.UNSETTLED]
    visit.user, visit.interrupted_user, visit.settled_user = user, None, user
    known_browser = browsers.is_known(user.directory_id, user, visit.client)
    return _arrive(visit.session, user, visit.client, known_browser=known_browser)


def pass_second_factor(session: SessionBase) -> None:
    """Note that the person of this session proved a second factor just now.

    Someone who is in already gets a new key at once; for the others ``settle`` makes one.
    """
    if keys.UNSETTLED not in session:
        session.cycle_key()
    session[keys.SECOND_FACTOR_AT] = _now()


def sign_out(session: SessionBase, user: User | None, client: Client) -> None:
    """End a session for good; harmless without one."""
    session.flush()
    if user:
        _note_user(events.SignedOut(), user, client)


@sensitive_variables("password")
def _judge(found: Found, password: str, client: Client, result: Result) -> Result:
    key, known_browser = found.name_key, result.known_browser
    reserved = lockout.reserve(key, password, known_browser, found.directory)
    if not reserved.allowed:
        _note(events.SignInBlocked(by="lock"), found, client)
        return replace(result, outcome=Outcome.LOCKED, until=reserved.until)
    person = found.user if found.user and found.user.enabled else None
    held = None
    try:
        right = authenticate(
            request=None, person=person, password=password, directory=found.directory, name=key
        )
    except HeldUp as error:
        right, held = None, error
    except StoreAway:
        lockout.release(key, known_browser, reserved)
        _note(events.StoreWasAway(), found, client)
        return replace(result, outcome=Outcome.AWAY)
    except Busy:
        lockout.release(key, known_browser, reserved)
        raise
    if right is None or person is None:
        return _refuse(found, client, reserved, result, held)
    lockout.clear(key, known_browser)
    return replace(result, outcome=Outcome.SIGNED_IN, user=person)


def _refuse(
    found: Found, client: Client, reserved: Reserved, result: Result, held: HeldUp | None
) -> Result:
    """A wrong password, one way or another. The lock it caused is told, alike for nobody.

    What holds an account up elsewhere counts and reads like a wrong password; only a browser that
    has signed the person in before hears of it.
    """
    because = "password" if found.user else "nobody"
    if found.user and not found.user.enabled:
        because = "disabled"
    if held:
        because = f"{held.why} in the directory"
    with transaction.atomic():
        _note(
            events.SignInRefused(because=because, known_browser=result.known_browser), found, client
        )
        if not reserved.locks_until:
            is_told = held is not None and held.why != "disabled" and result.known_browser
            return replace(result, outcome=Outcome.LOCKED_THERE) if is_told else result
        until = reserved.locks_until.isoformat(timespec="seconds")
        _note(events.SignInLocked(until=until, known_browser=result.known_browser), found, client)
        if reserved.locks == 1:
            notices.notify_later(
                found.user,
                notices.Notice.TOO_MANY_WRONG_PASSWORDS,
                directory=found.directory.pk,
                client=client,
            )
    return replace(result, outcome=Outcome.LOCKED, until=reserved.locks_until)


def _arrive(session: SessionBase, user: User, client: Client, *, known_browser: bool) -> str:
    second_factor = keys.SECOND_FACTOR_AT in session
    _note_user(
        events.SignedIn(known_browser=known_browser, second_factor=second_factor), user, client
    )
    return str(session.pop(keys.TARGET, "") or settings.LOGIN_REDIRECT_URL)


def _note(event: Event, found: Found, client: Client) -> None:
    record(
        event,
        directory=found.directory.pk,
        client=client,
        subject=found.user,
        name_key=found.name_key,
    )


def _note_user(event: Event, user: User, client: Client) -> None:
    record(event, directory=user.directory_id, client=client, subject=user)


def _now() -> int:
    return int(timezone.now().timestamp())
