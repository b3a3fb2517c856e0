"""Waiting instead of work: the way in for browsers without scripts, at the same price in time.

Whoever chooses to wait gets a ticket that we sign, for one browser and one purpose. It counts once,
and not before its time has come. Waits are cheap for programs, so a network has few of them.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.client import Client
from accounts.crypto import fits, keyed_hash
from accounts.limits import services as limits
from accounts.limits.services import Limit
from accounts.people.models import Directory
from reset.limits import HOUR, Paused

LIFE = timedelta(minutes=15)  # from when the wait is over
WAITS = Limit("reset.waits_per_network", times=10, within=HOUR, rest=HOUR)
SPENT = Limit(f"{limits.ONCE}wait", times=1, within=2 * LIFE, rest=2 * LIFE)
_TICKET = re.compile(r"([0-9a-f]{32}\.([0-9]{1,12}))\.([0-9a-f]{64})")
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class Wait:
    """``ticket`` is for the form; ``left`` is in whole seconds, 0 when the wait is over."""

    ticket: str
    left: int


def begin(*, browser: str, purpose: str, directory: Directory, client: Client) -> Wait | Paused:
    """Let this browser wait, unless too many of its network did lately."""
    spent = limits.spend(WAITS, client.network, directory=directory.pk)
    if not spent.allowed:
        return Paused(WAITS.name, spent.until or timezone.now(), directory.time_zone)
    ready = int(timezone.now().timestamp()) + settings.BOT_CHALLENGE_WAIT_SECONDS
    said = f"{secrets.token_hex(16)}.{ready}"
    return at(f"{said}.{_signature(said, browser, purpose)}")


def at(ticket: str) -> Wait:
    """How a wait stands now; one that says nothing is over, and worth nothing."""
    found = _TICKET.fullmatch(ticket) if len(ticket) <= _LONGEST else None
    left = int(found[2]) - timezone.now().timestamp() if found else 0
    return Wait(ticket, max(0, -int(-left // 1)))


def is_over(ticket: str, *, browser: str, purpose: str) -> bool:
    """Has this browser waited for this, and not come too late? Each wait is good once.

    Call it outside any transaction.
    """
    found = _TICKET.fullmatch(ticket) if len(ticket) <= _LONGEST else None
    if found is None:
        return False
    if not fits(bytes.fromhex(found[3]), "wait", found[1], browser, purpose):
        return False
    waited = timezone.now().timestamp() - int(found[2])
    if not 0 <= waited < LIFE.total_seconds():
        return False
    return limits.spend(SPENT, found[1]).allowed


def _signature(said: str, browser: str, purpose: str) -> str:
    return keyed_hash("wait", said, browser, purpose).hex()
