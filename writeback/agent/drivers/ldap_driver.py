"""What every directory server is asked in the same way, and whose password nobody here may set."""

from abc import abstractmethod

from ldap3 import Connection

from writeback.agent.answers import Refused
from writeback.agent.drivers.base import Account, Admit, Driver, Rules
from writeback.agent.drivers.connections import Connections
from writeback.agent.drivers.lockout import LockoutBrake
from writeback.agent.settings import LdapSettings


class LdapDriver(Driver):
    """A server behind its connections. A driver says how its accounts and rules are read."""

    def __init__(self, settings: LdapSettings) -> None:
        self._settings = settings
        self._connections = Connections(settings)
        self._brake = LockoutBrake(patience=settings.receive_timeout)
        self._own = ""

    def reach(self) -> None:
        with self._connections.service():
            pass

    def account(self, anchor: str) -> Account | None:
        with self._connections.service() as connection:
            return self._held(connection, anchor)

    def rules(self, account: Account) -> Rules:
        with self._connections.service() as connection:
            return self._rules(connection, account)

    def close(self) -> None:
        self._connections.close()

    @abstractmethod
    def _held(self, connection: Connection, anchor: str) -> Account | None:
        """The account with this anchor, as this server has it now."""

    @abstractmethod
    def _rules(self, connection: Connection, account: Account) -> Rules:
        """The password rules in force for an account, as this server tells them."""

    @abstractmethod
    def _found_own(self, connection: Connection) -> str:
        """The anchor of the service account, however the settings name it; empty where that cannot
        be seen."""

    def _writable(self, connection: Connection, anchor: str, admit: Admit) -> Account:
        """The account on the very server that will be written to; raises Refused."""
        account = self._held(connection, anchor)
        if account is None:
            raise Refused("gone")
        if account.protected or account.anchor == self._own_anchor(connection):
            raise Refused("protected")
        if not account.enabled:
            raise Refused("disabled")
        admit(account)
        return account

    def _own_anchor(self, connection: Connection) -> str:
        if not self._own:
            self._own = self._found_own(connection)
        return self._own

    def _is_elsewhere(self, connection: Connection, account: Account) -> bool:
        """Was it moved or renamed since it was looked up, so that its name was nobody's?"""
        now = self._held(connection, account.anchor)
        return bool(now and now.dn != account.dn)
