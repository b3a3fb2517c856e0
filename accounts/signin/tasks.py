"""Periodic work of signing in."""

from django.utils import timezone

from accounts.signin import browsers, lockout
from accounts.signin.models import Session


def sweep() -> int:
    """Delete sessions, locks and browsers that have run out; returns how many rows."""
    ended = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    return ended + lockout.sweep() + browsers.sweep()
