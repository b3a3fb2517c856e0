"""Smart lockout: too many wrong passwords for one name lock that name, whoever's it is.

Counted before comparing, so that simultaneous tries cannot slip through together. Browsers that
have signed the person in before are counted apart: a stranger cannot lock the owner out of them.
Names that are nobody's lock alike.

Where a directory server judges the passwords, each one we send it counts there, a repeated one as
well. So repeats count here, too, and a name is locked before the server would lock the account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import clock
from accounts.crypto import keyed_hash
from accounts.people import names
from accounts.people.models import Directory, User
from accounts.prepared import delete
from accounts.signin.models import Lockout

REMEMBERED = 3  # wrong passwords that do not count when they are repeated
LONGEST = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(hours=24)  # quiet, after the last lock ended
LEARNED_AGAIN = timedelta(hours=1)  # the same number from the same directory
SMALLEST_OF = timedelta(days=7)
_TAG_LETTERS = 4  # hex; too short to test guesses against, even with the pepper


@dataclass(frozen=True, slots=True)
class Reserved:
    """``allowed``: the password may be compared. ``until``: when a refused one may be tried again.

    ``locks_until`` is set when this try, should it be wrong, is the one that locked the name.
    """

    allowed: bool
    until: datetime | None = None
    counted: bool = False
    tag: str = ""
    locks_until: datetime | None = None
    locks: int = 0


def key_of(user: User) -> bytes:
    """The key a person's name is counted under."""
    return keyed_hash("name", names.counted_as(user.user_principal_name))


@sensitive_variables("password")
def reserve(key: bytes, password: str, known_browser: bool, directory: Directory) -> Reserved:
    """Count one try, before it is compared. Call it outside any transaction."""
    tag = keyed_hash("lockout", key.hex(), password).hex()[:_TAG_LETTERS]
    with transaction.atomic(durable=True):
        row = _locked_row(key, known_browser)
        now = timezone.now()
        if row.locked_until and row.locked_until > now:
            return Reserved(allowed=False, until=row.locked_until)
        if _quiet_since(row) + FORGOTTEN_AFTER <= now:
            row.failures, row.locks, row.recent = 0, 0, []
        if tag in row.recent and not directory.is_on_premises:
            return Reserved(allowed=True, tag=tag)
        return _count(row, tag, directory, now)


def release(key: bytes, known_browser: bool, reserved: Reserved) -> None:
    """Take a try back whose password could not be compared."""
    if not reserved.counted:
        return
    with transaction.atomic(durable=True):
        row = _locked_row(key, known_browser)
        row.failures = max(0, row.failures - 1)
        row.recent = [tag for tag in row.recent if tag != reserved.tag]
        if reserved.locks_until:
            row.locks = max(0, row.locks - 1)
            row.locked_until = None
        row.save()


def clear(key: bytes, known_browser: bool) -> None:
    """Forget the failures after a success, of the same kind of browser only."""
    Lockout.objects.filter(key=key, known_browser=known_browser).delete()


def unlock(key: bytes) -> bool:
    """Lift every lock of a name: staff did, or the password was reset. Was there anything?"""
    return delete(Lockout.objects.filter(key=key)) > 0


def locked_until(key: bytes) -> datetime | None:
    """When the last lock of a name ends, from whatever browsers; None for no lock."""
    locked = Lockout.objects.filter(key=key, locked_until__gt=timezone.now())
    return locked.order_by("-locked_until").values_list("locked_until", flat=True).first()


def learn(directory: int, threshold: int | None) -> None:
    """A directory server said after how many wrong passwords it locks an account; None: it did not.

    Accounts may differ. The smallest number of the last week stands, 0 (it never locks) last.
    """
    known = f"lockout-there:{directory}"
    if threshold is None or cache.get(known) == threshold:
        return
    now = timezone.now()
    rows = Directory.objects.filter(pk=directory)
    smaller = Q(lockout_there=0)
    if threshold:
        smaller |= Q(lockout_there__gte=threshold)
    unseen = Q(lockout_there_at=None) | Q(lockout_there_at__lt=now - SMALLEST_OF)
    rows.filter(smaller | unseen).update(lockout_there=threshold, lockout_there_at=now)
    cache.set(known, threshold, LEARNED_AGAIN.total_seconds())


def is_to_be_learned(directory: Directory) -> bool:
    """Has a directory server not said for long after how many wrong passwords it locks?"""
    told = directory.lockout_there_at
    return directory.is_on_premises and (told is None or told < timezone.now() - LEARNED_AGAIN * 24)


def sweep() -> int:
    """Delete what has been quiet long enough to be forgotten, and what a clock that was ahead
    locked; returns how many rows."""
    quiet = timezone.now() - FORGOTTEN_AFTER
    unlocked = Q(locked_until=None) | Q(locked_until__lt=quiet)
    forgotten = Q(changed_at__lt=quiet) & unlocked
    return Lockout.objects.filter(forgotten | Q(changed_at__gt=clock.ahead())).delete()[0]


def _locked_row(key: bytes, known_browser: bool) -> Lockout:
    """The one row of a name, locked until the transaction ends; made if there is none.

    One statement does both, because a success may delete the row at any moment.
    """
    Lockout.objects.bulk_create(
        [Lockout(key=key, known_browser=known_browser)],
        update_conflicts=True,
        unique_fields=["key", "known_browser"],
        update_fields=["known_browser"],
    )
    return Lockout.objects.get(key=key, known_browser=known_browser)


def _count(row: Lockout, tag: str, directory: Directory, now: datetime) -> Reserved:
    row.failures += 1
    row.recent = [*row.recent, tag][-REMEMBERED:]
    row.changed_at = now
    until = None
    if row.failures >= directory.wrong_passwords:
        until = row.locked_until = now + _length(directory, row.locks)
        row.locks += 1
    row.save()
    return Reserved(allowed=True, counted=True, tag=tag, locks_until=until, locks=row.locks)


def _length(directory: Directory, locks: int) -> timedelta:
    return min(LONGEST, timedelta(seconds=directory.lockout_seconds << min(locks, 20)))


def _quiet_since(row: Lockout) -> datetime:
    return max(row.changed_at, row.locked_until or row.changed_at)
