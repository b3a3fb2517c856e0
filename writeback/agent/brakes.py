"""Brakes that the portal cannot lift: whatever it asks, an agent does not go beyond these."""

from dataclasses import dataclass
from datetime import timedelta

from writeback.agent.answers import Refused
from writeback.agent.drivers.base import Account
from writeback.agent.journal import Paces

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Brakes:
    """``bases``: only accounts below these are written to; none: below the base of all searches.
    ``protected_groups``: names or SIDs of groups whose members are left alone."""

    bases: tuple[str, ...] = ()
    protected_groups: frozenset[str] = frozenset()
    writes_per_minute: int = 120
    writes_per_account: int = 10  # in an hour

    @property
    def paces(self) -> Paces:
        """What the journal holds to, in the very statement that begins a job."""
        return ((MINUTE, self.writes_per_minute, False), (HOUR, self.writes_per_account, True))

    def check(self, account: Account) -> None:
        """Raises Refused where this account is none of ours to write to."""
        if self.bases and not any(is_below(account.dn, base) for base in self.bases):
            raise Refused("out_of_reach")
        if account.protected or self.protected_groups & account.groups:
            raise Refused("protected")


def is_below(dn: str, base: str) -> bool:
    """Is a name in the tree below another, or that name itself? Case does not matter."""
    own, above = _normal(dn), _normal(base)
    return own == above or own.endswith("," + above)


def _normal(dn: str) -> str:
    return ",".join(part.strip().lower() for part in dn.split(","))
