"""Passwords kept here: storing one, the former ones, and when one is due for a change."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from django.contrib.auth.hashers import check_password, is_password_usable
from django.utils import timezone

from accounts.people.models import PasswordRecord, Source, User
from accounts.prepared import delete
from accounts.tenancy import TenantQuerySet


class Remembering(Protocol):
    """A policy, as far as former passwords go."""

    @property
    def history_length(self) -> int: ...


def in_history(user: User, password: str, policy: Remembering | None) -> bool:
    """Is this the person's password, or one of the former ones the policy remembers?

    One slow hash for each: call it outside transactions. Nothing is known here of passwords that
    live elsewhere.
    """
    if user.source != Source.CLOUD:
        return False
    keep = policy.history_length if policy else 1
    former = _records(user).values_list("password", flat=True)[:keep]
    known = [user.password, *former]
    return any(check_password(password, one) for one in known if is_password_usable(one))


def remember(user: User, old_hash: str, keep: int, *, now: datetime | None = None) -> None:
    """Keep a former password, as its hash, and forget all but the newest ``keep``."""
    if keep and is_password_usable(old_hash):
        _records(user).create(
            directory_id=user.directory_id,
            user=user,
            password=old_hash,
            replaced_at=now or timezone.now(),
        )
    newest = _records(user).values("pk")[:keep]
    delete(_records(user).exclude(pk__in=newest))


def store(user: User, encoded_hash: str, *, must_change: bool, now: datetime) -> None:
    """Set a person's password; every session from before ends. In the caller's transaction.

    Call ``remember`` with the old hash first, where the policy keeps a history.
    """
    user.password = encoded_hash
    user.password_changed_at = user.sessions_valid_from = now
    user.must_change_password = must_change
    user.save(
        update_fields=[
            "password",
            "password_changed_at",
            "must_change_password",
            "sessions_valid_from",
        ]
    )


def forget(user: User) -> None:
    """Keep nothing of a password that lives elsewhere from now on; the caller saves the person."""
    user.set_unusable_password()
    _records(user).delete()


def forget_former(directory: int, people: Collection[int]) -> None:
    """Keep no former password of these people, by their keys."""
    if people:
        PasswordRecord.objects.in_directory(directory).filter(user__in=people).delete()


def expires_at(user: User) -> datetime | None:
    """When the password expires; None for never. Needs ``user.directory`` loaded.

    Only passwords kept here expire here: a directory of its own says so itself.
    """
    days = user.directory.password_max_age_days
    if days is None or user.password_never_expires or user.source != Source.CLOUD:
        return None
    return (user.password_changed_at or user.created_at) + timedelta(days=days)


def is_due(user: User, now: datetime) -> bool:
    """Must this person change their password before going on? Needs ``user.directory`` loaded."""
    expiry = expires_at(user)
    return user.must_change_password or (expiry is not None and now >= expiry)


def may_change_at(user: User, least_hours: int, now: datetime) -> datetime | None:
    """When the person may change their password again; None for now.

    Only for passwords kept here, and never for one that has to be changed. Resets do not ask.
    """
    if user.source != Source.CLOUD or user.password_changed_at is None or is_due(user, now):
        return None
    free = user.password_changed_at + timedelta(hours=least_hours)
    return free if free > now else None


def _records(user: User) -> TenantQuerySet[PasswordRecord]:
    records = PasswordRecord.objects.in_directory(user.directory_id).filter(user=user)
    return records.order_by("-replaced_at", "-pk")
