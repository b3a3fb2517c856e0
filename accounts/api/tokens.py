"""Making, finding and revoking tokens."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import BinaryField, Q
from django.utils import timezone

from accounts.api import events
from accounts.api.models import ApiToken, Scope
from accounts.crypto import keyed_hash, keyed_hashes
from accounts.people.models import Directory, User
from accounts.people.registry import Act
from accounts.people.roles import HOLDERS, Capability, has, sees
from accounts.prepared import Given, Prepared
from accounts.tenancy import across_directories

PREFIX = "sspr_"  # so that a scanner of repositories knows one when it sees it
_PURPOSE = "api-token"
LONGEST = 365  # days a token may last
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


class Refused(Exception):
    """A token opens nothing. ``token`` is the row, for one of ours; ``reason`` a word."""

    def __init__(self, reason: str, token: ApiToken | None = None) -> None:
        super().__init__(reason)
        self.reason, self.token = reason, token


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and the one time its text is there to be shown."""

    token: ApiToken
    text: str


@transaction.atomic
def issue(
    directory: Directory | int, name: str, scopes: Iterable[str], days: int, act: Act
) -> Issued:
    """Make a token that acts as the actor; the caller has checked that they may make one."""
    actor = act.actor
    role = _role_of(actor) if actor else ""
    key = directory if isinstance(directory, int) else directory.pk
    if actor is None or not role or not sees(actor, key):
        raise PermissionError("Only administrators of the directory make tokens.")
    if not 1 <= days <= LONGEST:
        raise ValueError(f"A token lasts 1 to {LONGEST} days.")
    wanted = [scope.value for scope in Scope if scope in set(scopes)]
    text, now = PREFIX + secrets.token_urlsafe(32), timezone.now()
    token = ApiToken.objects.create(
        directory_id=key,
        name=name,
        key_hash=_hash(text),
        scopes=wanted,
        role=role,
        created_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    act.note_for(events.TokenCreated(token=name, scopes=wanted, days=days), key)
    return Issued(token, text)


@transaction.atomic
def revoke(token: ApiToken, act: Act) -> bool:
    """End a token at once; False when it had been revoked before."""
    live = ApiToken.objects.in_directory(token.directory_id).filter(pk=token.pk, revoked_at=None)
    if not live.update(revoked_at=timezone.now()):
        return False
    act.note_for(events.TokenRevoked(token=token.name), token.directory_id)
    return True


def admit(text: str) -> ApiToken:
    """The live token with this text; raises Refused.

    It is looked up by its keyed hash: how long that takes says nothing about a stored one.
    """
    if not _FORM.fullmatch(text):
        raise Refused("unknown")
    with across_directories("a token says which directory it is for"):
        found = (_HELD.first(key_hash=hashed) for hashed in keyed_hashes(_PURPOSE, text))
        token = next(filter(None, found), None)
    if token is None:
        raise Refused("unknown")
    reason = why_dead(token)
    if reason:
        raise Refused(reason, token)
    token.created_by.act_only_as(token.role)
    _touch(token, _hash(text))
    return token


# Asked at every request of a program.
_HELD = Prepared(
    lambda: ApiToken.objects.select_related("directory", "created_by__directory").filter(
        key_hash=Given("key_hash", BinaryField())
    )
)


def why_dead(token: ApiToken) -> str:
    """Why a token opens nothing any more; empty while it does."""
    creator = token.created_by
    if token.revoked_at:
        return "revoked"
    if token.expires_at <= timezone.now():
        return "expired"
    if not creator.enabled:
        return "creator_disabled"
    if token.role not in creator.roles & set(HOLDERS[Capability.API]):
        return "role_lost"
    return "" if sees(creator, token.directory_id) else "role_lost"


def _role_of(actor: User) -> str:
    """The strongest of the actor's roles that may make tokens."""
    if not has(actor, Capability.API):
        return ""
    return next(role for role in HOLDERS[Capability.API] if role in actor.roles)


def _touch(token: ApiToken, key_hash: bytes) -> None:
    """Note the hour, and keep the token under the pepper of today."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    stale = Q(last_used_at=None) | Q(last_used_at__lt=hour)
    mine = ApiToken.objects.in_directory(token.directory_id).filter(pk=token.pk)
    if token.last_used_at is None or token.last_used_at < hour:
        mine.filter(stale).update(last_used_at=hour)
    if bytes(token.key_hash) != key_hash:
        mine.update(key_hash=key_hash)


def _hash(text: str) -> bytes:
    return keyed_hash(_PURPOSE, text)
