"""What a doctor has to know of one kind of directory server. Nothing is changed by it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import ClassVar

from ldap3 import BASE, Connection

from writeback.agent.answers import Finding
from writeback.agent.doctor.descriptors import Standing
from writeback.agent.doctor.findings import finding
from writeback.agent.doctor.mending import Right
from writeback.agent.doctor.network import WARNS_BEFORE
from writeback.agent.drivers import ppolicy
from writeback.agent.drivers.base import Rules
from writeback.agent.drivers.reading import found, paged
from writeback.agent.settings import LdapSettings

_APART = timedelta(seconds=5)  # as far as clocks may differ and outcomes can be told by them


class Kind(ABC):
    """One doctor, for one diagnosis on one connection of the service account."""

    people: ClassVar[str]  # the filter that people fit
    anchor: ClassVar[str]

    def __init__(
        self, settings: LdapSettings, connection: Connection, now: Callable[[], datetime]
    ) -> None:
        self.settings = settings
        self.connection = connection
        self.now = now

    @abstractmethod
    def whole(self) -> Iterator[Finding]:
        """Clock, rules, and the service account itself."""

    @abstractmethod
    def unreadable(self) -> Finding:
        """Why the rules of one person cannot be read."""

    @abstractmethod
    def anchor_of(self, raw: bytes) -> str:
        """An anchor as the driver takes it."""

    @abstractmethod
    def unlimited(self) -> tuple[str, ...]:
        """The lines that lift the limits on what the service account is shown."""

    @abstractmethod
    def standings(self, dn: str) -> dict[Right, Standing]:
        """Which rights the service account has over one person."""

    @abstractmethod
    def mends(self, right: Right, standing: Standing, dn: str) -> tuple[str, ...]:
        """The lines that grant a right over one person, where possible over their whole unit."""

    @abstractmethod
    def mends_of_unit(self, right: Right, unit: str) -> tuple[str, ...]:
        """The lines that grant a right over everybody below a unit."""

    def exists(self, dn: str) -> bool:
        """Is an entry there, and shown to us?"""
        return bool(found(self.connection, dn, "(objectClass=*)", ["1.1"], BASE))

    def everybody(self, unit: str, limit: int) -> Iterator[str]:
        """The anchors of the first people below a unit, as far as they are shown to us."""
        pages = paged(self.connection, unit, self.people, [self.anchor])
        for one in islice(chain.from_iterable(pages), limit):
            for raw in one["raw_attributes"].get(self.anchor) or []:
                yield self.anchor_of(bytes(raw))

    def clock(self, told: str) -> Finding:
        """The server's time (generalized, RFC 4517 3.3.13), beside ours."""
        theirs = ppolicy.moment(told)
        if theirs is None:
            return finding("clock", "unsaid")
        apart = abs(theirs - self.now())
        cause = "well" if apart <= _APART else "off"
        return finding("clock", cause, seconds=int(apart.total_seconds()))

    def expiry(self, ends_at: datetime | None) -> Iterator[Finding]:
        """Does the service account's password end soon?"""
        if ends_at is not None and ends_at <= datetime.now(UTC) + WARNS_BEFORE:
            yield finding("account", "expires", until=ends_at.date().isoformat())


def rules_findings(rules: Rules, unreadable: Callable[[], Finding]) -> Iterator[Finding]:
    """What the rules of a directory say, or that they say nothing."""
    if rules.source == "unreadable":
        yield unreadable()
        yield finding("lockout", "unsaid")
        return
    yield finding("policy", min_length=rules.min_length or 0)
    if rules.lockout_threshold == 1:
        yield finding("lockout", "at_once")
    elif rules.lockout_threshold:
        yield finding("lockout", "read", threshold=rules.lockout_threshold)
    else:
        yield finding("lockout", "never")
