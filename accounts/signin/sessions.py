"""The session engine: rows in our database that know whose they are.

Nobody who only looks has a row: one is written when something is first put into a session.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.crypto import keyed_hashes, same
from accounts.people.models import User
from accounts.prepared import Change, Given, Prepared, delete, insert
from accounts.signin import keys
from accounts.signin.models import Session


def stored_key(session_key: str | None) -> str:
    """What is kept of a session's key: whoever reads the database cannot take a session over."""
    return stored_keys(session_key)[0]


def stored_keys(session_key: str | None) -> list[str]:
    """What may be kept of it, the pepper of today first."""
    return [one.hex()[:40] for one in keyed_hashes("session-key", session_key or "")]


_LIVING = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    )
)
_MOVE = Change(
    lambda: Session.objects.filter(session_key=Given("old", CharField())),
    **{field.name: Given(field.attname, field) for field in Session._meta.fields},
)


class SessionStore(DatabaseStore):
    """One statement reads a session, and one writes it: a new key only counts from the write at
    the end of the request on, which moves the row from the old key to the new one."""

    _kept_under: str | None = None  # the key our row has, if it has been read or written
    _kept_as = ""  # what is kept of that key

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:
        for key in stored_keys(self.session_key):
            if found := _LIVING.first(key=key, now=timezone.now()):
                self._kept_under, self._kept_as = self.session_key, key
                return found
        self._kept_under = self._session_key = None
        return None

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key__in=stored_keys(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self._kept_under or self.session_key
        if key:
            Session.objects.filter(session_key__in=stored_keys(key)).delete()

    def cycle_key(self) -> None:
        self._get_session()  # type: ignore[attr-defined]  # read before its key is another
        self._session_key = self._get_new_session_key()
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create or not self._moved(row):
            insert(row)
        self._kept_under, self._kept_as = self.session_key, row.session_key

    def _moved(self, row: Session) -> bool:
        """Write over the row there is; False when a session under a new key has none (any more)."""
        if self._kept_under is None:
            return False
        values = {field.attname: getattr(row, field.attname) for field in Session._meta.fields}
        if _MOVE.make(old=self._kept_as, **values):
            return True
        if self._kept_under == self.session_key:
            raise UpdateError
        return False

    def _get_new_session_key(self) -> str:
        """165 random bits: there is no need to look whether anybody has them."""
        return get_random_string(32, VALID_KEY_CHARS)

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
        doomed = doomed.exclude(session_key__in=stored_keys(except_key))
    return delete(doomed)


def carry_over(user: User, old_hash: str) -> None:
    """Let a person's sessions go on that were good until just now, when their password changed.

    ``old_hash``: what sessions hung on before (``get_session_auth_hash``); others stay dead.
    """
    now = User.objects.in_directory(user.directory_id).get(pk=user.pk)
    for row in Session.objects.filter(user=user):
        data = row.get_decoded()
        if same(str(data.get(HASH_SESSION_KEY, "")).encode(), old_hash.encode()):
            data[HASH_SESSION_KEY] = now.get_session_auth_hash()
            row.session_data = SessionStore().encode(data)
            row.save(update_fields=["session_data"])


def end_session(user: User, kept_key: str) -> bool:
    """End one of a person's sessions, named by the key that is kept of it."""
    return Session.objects.filter(user=user, session_key=kept_key).delete()[0] > 0


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
