"""An examination: of the whole, of one person, of everybody in a unit."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from writeback.agent.answers import Away, Finding, Refused
from writeback.agent.brakes import Brakes, is_below
from writeback.agent.doctor import network
from writeback.agent.doctor.active_directory import ActiveDirectoryDoctor
from writeback.agent.doctor.descriptors import Standing
from writeback.agent.doctor.findings import finding
from writeback.agent.doctor.kind import Kind
from writeback.agent.doctor.mending import Right
from writeback.agent.doctor.openldap import OpenLdapDoctor
from writeback.agent.drivers.base import Account, Driver
from writeback.agent.drivers.connections import Connections
from writeback.agent.messages import is_anchor

SAMPLE, UNIT = 25, 300  # people looked at for the whole, and in a unit that is asked for
NAMED = 20  # people named in one finding
PATIENCE = 10.0  # seconds, for the people of one unit
_MENDED = 5  # of them with lines of their own
_KINDS: dict[str, type[Kind]] = {
    "active_directory": ActiveDirectoryDoctor,
    "openldap": OpenLdapDoctor,
}


def utc() -> datetime:
    return datetime.now(UTC)


def examine(
    driver: Driver, brakes: Brakes, target: str = "", *, now: Callable[[], datetime] = utc
) -> list[Finding]:
    """Everything for no target; somebody for a sign-in name or an anchor; a unit for a DN below
    the base of all searches. Where no server lets us in, it is only said why. Raises Away where
    one goes away meanwhile and is back again."""
    servers = [] if target else list(network.findings(driver.settings, now()))
    if servers and not _lets_in(servers):
        return servers
    try:
        return [*servers, *_examined(driver, brakes, target, now)]
    except Away:
        servers = list(network.findings(driver.settings, now()))
        if _lets_in(servers):  # it came back meanwhile
            raise
        return servers


def _lets_in(servers: list[Finding]) -> bool:
    return any(one.well and one.subject == "bind" for one in servers)


def _examined(
    driver: Driver, brakes: Brakes, target: str, now: Callable[[], datetime]
) -> list[Finding]:
    settings = driver.settings
    with closing(Connections(settings)) as connections, connections.service() as connection:
        seen = _Examination(driver, brakes, _KINDS[driver.kind](settings, connection, now))
        if not target:
            return list(seen.whole())
        is_unit = not is_anchor(target) and is_below(target, settings.base_dn)
        return list(seen.unit(target, UNIT) if is_unit else seen.person(target))


@dataclass(frozen=True, slots=True)
class _Examination:
    driver: Driver
    brakes: Brakes
    kind: Kind

    def whole(self) -> Iterator[Finding]:
        base = self.driver.settings.base_dn
        if not self.kind.exists(base):
            yield finding("base", "missing", base=base)
            return
        try:
            is_there = any(self.kind.everybody(base, 1))
        except Refused:
            yield finding("base", "limited", base=base, mends=self.kind.unlimited())
            return
        yield finding("base", "well" if is_there else "empty", base=base)
        yield from self.kind.whole()
        yield from self._brakes(base)
        for unit in self.brakes.bases or (base,):
            yield from self.unit(unit, SAMPLE)

    def person(self, name: str) -> Iterator[Finding]:
        try:
            account = self.driver.account(name) if is_anchor(name) else self.driver.find(name)
        except Refused:
            yield finding("person", "ambiguous", person=name)
            return
        if account is None:
            yield finding("person", "unknown", person=name)
            return
        cause = self._standing_of(account)
        yield finding("person", cause, person=account.name)
        if cause == "protected":
            return
        if self.driver.rules(account).source == "unreadable":
            yield self.kind.unreadable()
        for right, standing in self.kind.standings(account.dn).items():
            mends = self.kind.mends(right, standing, account.dn) if standing.is_open else ()
            yield _right(right, standing, where=account.dn, mends=mends)

    def unit(self, unit: str, limit: int) -> Iterator[Finding]:
        if not self.kind.exists(unit):
            yield finding("unit", "missing", unit=unit)
            return
        try:
            anchors = list(self.kind.everybody(unit, limit))
        except Refused:
            yield finding("base", "limited", base=unit, mends=self.kind.unlimited())
            return
        standings, left_alone = self._standings(anchors)
        if not standings:
            yield finding("unit", "empty", unit=unit)
            return
        yield finding("unit", unit=unit, people=len(standings), left_alone=left_alone)
        for right in Right:
            found = {dn: told[right] for dn, told in standings.items()}
            yield self._right_in(unit, right, found)

    def _standings(self, anchors: list[str]) -> tuple[dict[str, dict[Right, Standing]], int]:
        """The rights over each person, by DN, for as long as somebody waits; and how many people
        the agent leaves alone."""
        standings: dict[str, dict[Right, Standing]] = {}
        left_alone, end = 0, time.monotonic() + PATIENCE
        for anchor in anchors:
            account = self.driver.account(anchor)
            if account and self._standing_of(account) == "well":
                standings[account.dn] = self.kind.standings(account.dn)
            else:
                left_alone += 1
            if time.monotonic() > end:
                break
        return standings, left_alone

    def _right_in(self, unit: str, right: Right, found: dict[str, Standing]) -> Finding:
        """One right over everybody in a unit: there, missing, or missing for some."""
        kinds = set(found.values())
        if len(kinds) == 1:
            (standing,) = kinds
            mends = self.kind.mends_of_unit(right, unit) if standing.is_open else ()
            return _right(right, standing, where=unit, mends=mends)
        without = [dn for dn, standing in found.items() if standing.is_open]
        lines = [line for dn in without[:_MENDED] for line in self.kind.mends(right, found[dn], dn)]
        return finding(
            f"right_{right}",
            "some",
            mends=tuple(dict.fromkeys(lines)),
            where=unit,
            people=len(found),
            without=len(without),
            names="; ".join(without[:NAMED]),
        )

    def _standing_of(self, account: Account) -> str:
        """May the agent write to it at all? A cause of ``person``."""
        try:
            self.brakes.check(account)
        except Refused as refusal:
            return refusal.code
        own = self.driver.settings.bind_dn.lower()
        if own in {account.dn.lower(), account.name.lower()}:
            return "protected"
        return "well" if account.enabled else "disabled"

    def _brakes(self, base: str) -> Iterator[Finding]:
        outside = [one for one in self.brakes.bases if not is_below(one, base)]
        missing = [one for one in self.brakes.bases if not self.kind.exists(one)]
        for one in outside:
            yield finding("brakes", "outside", base=one)
        for one in missing:
            yield finding("brakes", "missing", base=one)
        if not outside and not missing:
            yield finding("brakes", bases="; ".join(self.brakes.bases or (base,)))


def _right(right: Right, standing: Standing, *, where: str, mends: tuple[str, ...]) -> Finding:
    cause = "well" if standing is Standing.THERE else standing.value
    return finding(f"right_{right}", cause, mends=mends, where=where)
