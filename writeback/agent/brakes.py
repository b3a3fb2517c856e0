"""Brakes that the portal cannot lift: whatever it asks, an agent does not go beyond these."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from writeback.agent.answers import Refused
from writeback.agent.drivers.base import Account
from writeback.agent.journal import Journal

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Brakes:
    """``bases``: only accounts below these are written to; none: below the base of all searches.
    ``protected_groups``: names or SIDs of groups whose members are left alone."""

    bases: tuple[str, ...] = ()
    protected_groups: frozenset[str] = frozenset()
    writes_per_minute: int = 120
    writes_per_account: int = 10  # in an hour

    def check(self, account: Account, journal: Journal) -> None:
        """Raises Refused where a write to this account goes too far."""
        if self.bases and not any(is_below(account.dn, base) for base in self.bases):
            raise Refused("out_of_reach")
        if account.protected or self.protected_groups & account.groups:
            raise Refused("protected")
        now = datetime.now(UTC)
        if journal.started_since(now - MINUTE) >= self.writes_per_minute:
            raise Refused("too_many", now + MINUTE)
        if journal.started_since(now - HOUR, account.anchor) >= self.writes_per_account:
            raise Refused("too_many", now + HOUR)


def is_below(dn: str, base: str) -> bool:
    """Is a name in the tree below another, or that name itself? Case does not matter."""
    own, above = _normal(dn), _normal(base)
    return own == above or own.endswith("," + above)


def _normal(dn: str) -> str:
    return ",".join(part.strip().lower() for part in dn.split(","))
