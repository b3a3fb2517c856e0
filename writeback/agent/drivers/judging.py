"""Whether a typed password is right: the server says it, and is asked no more often than is safe.

What is not sent takes as long as a wrong password does: where there is no such account, and where
one more might lock it.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from ldap3 import Connection

from writeback.agent.answers import Away, Refused, Verdict
from writeback.agent.drivers.base import Account, is_sendable
from writeback.agent.drivers.connections import Bound
from writeback.agent.drivers.ldap_driver import LdapDriver


class JudgingDriver(LdapDriver):
    """``bind_controls`` go with every password. ``tells_disabled``: the server itself says that an
    account is disabled, to whom knows its password; else it is said here, to anybody."""

    bind_controls: ClassVar[Sequence[Any]] = ()
    tells_disabled: ClassVar[bool]

    def verify(self, anchor: str, password: str) -> Verdict:
        with self._brake.turn(anchor), self._connections.service() as connection:
            account = self._read(connection, anchor)
            if not password or not is_sendable(password):
                return Verdict.WRONG
            if account is None or not (account.enabled or self.tells_disabled):
                self._rules(connection, account or self._nobody(anchor))
                self._pretend(connection, anchor, password)
                return Verdict.DISABLED if account else Verdict.WRONG
            try:
                return self._judged(connection, account, password)
            except Refused as refusal:  # before it was sent
                self._pretend(connection, anchor, password)
                if refusal.code != "locked":
                    raise
                return Verdict.LOCKED

    def _judged(self, connection: Connection, account: Account, password: str) -> Verdict:
        """What the server says of a password, where the brake lets it pass."""
        rules = self._rules(connection, account)
        with self._brake.passing(account, rules, connection.server.name):
            bound = self._bound(connection, account.dn, password)
            verdict = self._verdict(bound, account)
            if verdict is Verdict.WRONG and self._is_elsewhere(connection, account):
                raise Away
        if verdict is not Verdict.WRONG:
            self._brake.forget(account.anchor)
        return verdict

    def _pretend(self, connection: Connection, anchor: str, password: str) -> None:
        """Take as long as a wrong password does, where none may be judged: it is, for an account
        that there is not."""
        self._bound(connection, self._nobody(anchor).dn, password)
        self._read(connection, anchor)

    def _read(self, connection: Connection, anchor: str) -> Account | None:
        """The account; where there is none, with as many requests as for one."""
        account = self._held(connection, anchor)
        if account is None:
            self._read_on_of_nobody(connection)
        return account

    def _nobody(self, anchor: str) -> Account:
        dn = f"cn={anchor},{self._settings.base_dn}"
        return Account(anchor, dn, name="", policy=self._settings.default_policy_dn)

    def _bound(self, connection: Connection, dn: str, password: str) -> Bound:
        """How the very server that was read answers a password."""
        return self._connections.bind(connection.server, dn, password, self.bind_controls)

    @abstractmethod
    def _verdict(self, bound: Bound, account: Account) -> Verdict:
        """What the answer to a bind says of a password; raises Away where it says nothing of it."""

    @abstractmethod
    def _read_on_of_nobody(self, connection: Connection) -> None:
        """What is read of every account after it was found."""
