"""A person's own sessions: where they are signed in, and signing out there from here."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import User
from accounts.signin import events, keys, sessions
from accounts.signin.models import Session


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One place somebody is signed in. ``kept_key`` names it and opens nothing.

    ``unfinished``: the password was given there, and something is still to do.
    """

    kept_key: str
    device: str
    network: str
    started_at: datetime
    seen_at: datetime
    current: bool
    unfinished: bool


def listed(user: User, current_key: str | None) -> list[OwnSession]:
    """Where a person is signed in: here first, then the last used."""
    here = sessions.stored_key(current_key)
    found = [_own(row, here) for row in sessions.sessions_of(user)]
    return sorted(found, key=lambda one: not one.current)


def one(user: User, current_key: str | None, kept_key: str) -> OwnSession | None:
    """One of a person's other sessions that are still good; the one they are in is none."""
    found = [one for one in listed(user, current_key) if one.kept_key == kept_key]
    return found[0] if found and not found[0].current else None


@transaction.atomic
def end(user: User, session: OwnSession, client: Client) -> bool:
    """End one of a person's sessions; False when it had ended before."""
    if not sessions.end_session(user, session.kept_key):
        return False
    event = events.SessionEndedElsewhere(
        session_device=session.device, session_network=session.network
    )
    record(event, directory=user.directory_id, client=client, subject=user)
    return True


@transaction.atomic
def end_others(user: User, current_key: str, client: Client) -> int:
    """End all of a person's sessions but the one they are in; returns how many ended."""
    ended = sessions.end_sessions(user, except_key=current_key)
    if ended:
        event = events.OtherSessionsEnded(ended=ended)
        record(event, directory=user.directory_id, client=client, subject=user)
    return ended


def _own(row: Session, here: str) -> OwnSession:
    return OwnSession(
        kept_key=row.session_key,
        device=row.device,
        network=row.network,
        started_at=row.started_at,
        seen_at=row.seen_at,
        current=row.session_key == here,
        unfinished=bool(row.get_decoded().get(keys.UNSETTLED)),
    )
