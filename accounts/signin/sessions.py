"""The session engine: rows in our database that know whose they are.

Nobody who only looks has a row: one is written when something is first put into a session.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone

from accounts.crypto import keyed_hash
from accounts.people.models import User
from accounts.signin import keys
from accounts.signin.models import Session


def stored_key(session_key: str | None) -> str:
    """What is kept of a session's key: whoever reads the database cannot take a session over."""
    return keyed_hash("session-key", session_key or "").hex()[:40]


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:
        living = Session.objects.filter(expire_date__gt=timezone.now())
        found = living.filter(session_key=stored_key(self.session_key)).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=stored_key(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        now = int(timezone.now().timestamp())
        return Session(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            started_at=_moment(data.get(keys.SIGNED_IN_AT, now)),
            seen_at=_moment(data.get(keys.SEEN_AT, now)),
            device=data.get(keys.DEVICE, ""),
            network=data.get(keys.NETWORK, ""),
        )


def sessions_of(user: User) -> QuerySet[Session]:
    """A person's sessions that are still good, the last used first."""
    now = timezone.now()
    quiet = settings.STAFF_IDLE_SECONDS if user.roles else settings.SESSION_IDLE_SECONDS
    idle = now - timedelta(seconds=min(quiet, settings.SESSION_IDLE_SECONDS))
    started = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    living = Session.objects.filter(user=user, seen_at__gte=idle, started_at__gte=started)
    return living.order_by("-seen_at")


def end_sessions(user: User, except_key: str | None = None) -> int:
    """End a person's sessions, but for the one with the key given; returns how many ended."""
    doomed = Session.objects.filter(user=user)
    if except_key:
        doomed = doomed.exclude(session_key=stored_key(except_key))
    return doomed.delete()[0]


def end_session(user: User, kept_key: str) -> bool:
    """End one of a person's sessions, named by the key that is kept of it."""
    return Session.objects.filter(user=user, session_key=kept_key).delete()[0] > 0


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
