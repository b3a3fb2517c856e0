"""When a session counts, when it ends, and what stands before it. Knows no request."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from accounts import clock, seams
from accounts.client import Client
from accounts.people.models import User
from accounts.signin import keys

SEEN_EVERY = 60  # seconds between two notes of when a session was used
RECENT = 600  # seconds for which a password given again is good
UNSETTLED_AGE = 30 * 60  # seconds to deal with all interrupts in
_REASON_KEPT = 600
_STEP = int(clock.STEP.total_seconds())


def start(
    session: SessionBase,
    user: User,
    client: Client,
    target: str,
    now: int,
    *,
    second_factor: bool = False,
) -> list[str]:
    """Make the session this person's, under a new key; returns the interrupts still due.

    What the session held before is gone: it was a stranger's. ``second_factor``: what was shown
    is more than a password.
    """
    session.flush()
    if second_factor:
        session[keys.SECOND_FACTOR_AT] = now
    unsettled = due(session, user)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[keys.SIGNED_IN_AT] = session[keys.PASSWORD_AT] = session[keys.SEEN_AT] = now
    session[keys.DEVICE], session[keys.NETWORK] = client.device, client.network
    session[keys.TARGET] = target
    if unsettled:
        session[keys.UNSETTLED] = unsettled
    session[SESSION_KEY] = str(user.pk)
    return unsettled


def due(session: SessionBase, user: User) -> list[str]:
    """The slugs of the interrupts that stand before the person, in their order."""
    return [
        interrupt.slug
        for interrupt in seams.interrupts()
        if not _passed(session, interrupt.slug) and interrupt.due(user)
    ]


def url_of(slug: str) -> str:
    """Where an interrupt is dealt with."""
    return next(found.url() for found in seams.interrupts() if found.slug == slug)


def why_over(session: SessionBase, user: User, now: int) -> str:
    """Why a session does not count any more; empty if it does.

    ``account`` (it changed), ``unsettled`` (what was still to do took too long), ``age``, ``idle``.
    """
    signed_in, seen = session.get(keys.SIGNED_IN_AT), session.get(keys.SEEN_AT)
    if not user.enabled or signed_in is None or seen is None:
        return "account"
    if session.get(keys.UNSETTLED) and now - signed_in > UNSETTLED_AGE:
        return "unsettled"
    if not -_STEP <= now - signed_in <= settings.SESSION_COOKIE_AGE:
        return "age"  # or from a clock that was ahead
    if now - seen > settings.SESSION_IDLE_SECONDS:
        return "idle"
    if now - seen > settings.STAFF_IDLE_SECONDS and user.roles:
        return "idle"
    return ""


def close(session: SessionBase, because: str) -> None:
    """End a session, and keep for a while why, to be told at the next sign-in."""
    session.flush()
    session[keys.ENDED] = because
    session.set_expiry(_REASON_KEPT)


def touch(session: SessionBase, now: int) -> None:
    """Note that the session is used; at most one write a minute."""
    if now - session[keys.SEEN_AT] >= SEEN_EVERY:
        session[keys.SEEN_AT] = now


def is_recent(session: SessionBase, now: datetime) -> bool:
    """Was the password given within the last ten minutes?"""
    given = session.get(keys.PASSWORD_AT, 0)
    return bool(now.timestamp() - given <= RECENT)


def _passed(session: SessionBase, slug: str) -> bool:
    return slug == "second_factor" and keys.SECOND_FACTOR_AT in session
