"""Browsers people are known by: a random token in a cookie, its hash in a row."""

import secrets
from datetime import timedelta

from django.db.models import BigIntegerField, CharField, DateTimeField
from django.utils import timezone

from accounts.client import Client, browser_hash
from accounts.people.models import User
from accounts.prepared import Given, Prepared
from accounts.signin.models import KnownBrowser
from accounts.tenancy import across_directories

KEPT = timedelta(days=365)

_FAMILIAR = Prepared(
    lambda: KnownBrowser.objects.filter(
        directory_id=Given("directory", BigIntegerField()),
        user_id=Given("user", BigIntegerField()),
        token_hash=Given("token", CharField()),
        seen_at__gt=Given("since", DateTimeField()),
    ).values_list("pk")[:1]
)


def is_known(directory: int, user: User | None, client: Client) -> bool:
    """Has this browser signed this person in before? Asks as much for nobody, and says no."""
    found = _FAMILIAR.all(
        directory=directory,
        user=user.pk if user else 0,
        token=client.browser or "none",
        since=timezone.now() - KEPT,
    )
    return bool(found)


def remember(user: User, token: str) -> str:
    """Know this browser from now on; returns the token for its cookie.

    A token that already stands for a browser of the directory is kept, so that people who share
    a browser do not make each other strangers. Any other is replaced by one of our own making.
    """
    browsers = KnownBrowser.objects.in_directory(user.directory_id)
    fresh = browsers.filter(
        token_hash=browser_hash(token) or "none", seen_at__gt=timezone.now() - KEPT
    )
    owners = set(fresh.values_list("user_id", flat=True))
    if user.pk in owners:
        fresh.filter(user=user).update(seen_at=timezone.now())
        return token
    kept = token if owners else secrets.token_urlsafe(16)
    browsers.update_or_create(
        user=user,
        token_hash=browser_hash(kept),
        defaults={"seen_at": timezone.now()},
        create_defaults={"directory_id": user.directory_id},
    )
    return kept


def sweep() -> int:
    """Forget browsers nobody has signed in from for a year; returns how many."""
    with across_directories("old browsers are forgotten everywhere"):
        return KnownBrowser.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]
