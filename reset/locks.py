"""Whether an account is locked, for whoever has passed the checks. Strangers never learn it.

There are two kinds: the lock of the directory that keeps the password, and the portal's own after
wrong passwords at its sign-in. An unlock lifts the one where the password lives; a reset both.
"""

from datetime import datetime

from accounts.people.models import Source
from accounts.signin import lockout
from reset.models import Attempt
from writeback import stores
from writeback.stores.base import StoreError


def is_locked(attempt: Attempt) -> bool | None:
    """Is there a lock that an unlock would lift now? None when nobody can say."""
    user = attempt.user
    assert user, "only somebody passes a gate"
    if user.source == Source.CLOUD:
        return lockout.locked_until(bytes(attempt.name_key)) is not None
    store = stores.for_user(user)
    try:
        return store.describe(user).locked if store else None
    except StoreError:
        return None


def left_until(attempt: Attempt) -> datetime | None:
    """Until when the portal's own lock outlasts an unlock in the directory; None for no such."""
    user = attempt.user
    if user is None or user.source == Source.CLOUD:
        return None
    return lockout.locked_until(bytes(attempt.name_key))
