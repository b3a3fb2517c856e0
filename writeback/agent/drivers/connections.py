"""Connections to a directory server: verified TLS, time-outs, and the next server when one is away.

One operation holds one connection for as long as it takes, so that what is written is read back
on the same server. A kept connection is only trusted after it has answered a reading: a password is
never sent over one that may be dead, and never sent twice.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from ldap3 import NONE, SYNC, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError

from writeback.agent.answers import Away, Refused
from writeback.agent.settings import LdapSettings

KEPT = 8  # connections kept for each server
RESTS = 20.0  # seconds for which a server that did not answer is asked last
BUSY = {51, 52}  # busy, unavailable: nothing was done (RFC 4511 A.2)


Bound = tuple[int, str, dict[str, Any]]  # the answer to a bind: result's code, message, controls


class NoRight(Away):
    """The server does not let the service account in; its password may have expired."""


class Unanswered(Away):
    """A password was sent and no answer came: the server may have counted it."""


class VerifiedTls(Tls):
    """TLS with chain and host name verified by Python itself; the library's default verifies
    nothing. Does not wait for more to send: a handshake of small messages takes 40 ms less."""

    def __init__(self, ca_file: str) -> None:
        super().__init__()
        self._verifying = ssl.create_default_context(cafile=ca_file or None)

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.socket = self._verifying.wrap_socket(
            connection.socket,
            server_hostname=connection.server.host,
            do_handshake_on_connect=do_handshake,
        )


class Connections:
    """The servers of one directory, asked in their order; thread-safe."""

    def __init__(self, settings: LdapSettings) -> None:
        self.settings = settings
        self._servers = [_server(url, settings) for url in settings.urls]
        self._kept: list[queue.LifoQueue[Connection]] = [
            queue.LifoQueue(KEPT) for _server in self._servers
        ]
        self._resting: dict[int, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def service(self) -> Iterator[Connection]:
        """A connection as the service account. It is kept when the work on it went well; raises
        Away when no server can be reached, and NoRight when none lets the account in."""
        at, connection = self._alive()
        answered = False
        try:
            yield connection
            answered = True
        except Refused:
            answered = True
            raise
        except (LDAPException, OSError) as error:  # of a reading; writes say more themselves
            raise Away from error
        finally:
            self._put_back(at, connection) if answered else _end(connection)

    @contextmanager
    def person(
        self, server: Server, dn: str, password: str, controls: Sequence[Any] = ()
    ) -> Iterator[Connection]:
        """A connection on which somebody has tried to bind; its ``result`` says how that went. To
        that very server: what was read there a moment ago decided that it may be tried.

        Raises Away, Unanswered, and ValueError for an empty password, which a server would take for
        nobody's (RFC 4513, 5.1.2).
        """
        if not password:
            raise ValueError("an empty password is never sent")
        connection = self._tried(server, dn, password, controls)
        try:
            yield connection
        finally:
            _end(connection)

    def bind(self, server: Server, dn: str, password: str, controls: Sequence[Any] = ()) -> Bound:
        """How a server answers a password."""
        with self.person(server, dn, password, controls) as connection:
            return bound_of(connection)

    @contextmanager
    def fresh(self, tls: VerifiedTls) -> Iterator[Connection]:
        """A connection as the service account to the first server, not open yet."""
        server = self._servers[0]
        server.tls = tls
        connection = self._new(server, self.settings.bind_dn, self.settings.bind_password)
        try:
            yield connection
        finally:
            _end(connection)

    def close(self) -> None:
        """Let go of every kept connection."""
        for kept in self._kept:
            with suppress(queue.Empty):
                while True:
                    _end(kept.get_nowait())

    def _tried(self, server: Server, dn: str, password: str, controls: Sequence[Any]) -> Connection:
        """A fresh connection, bound or refused."""
        connection, problem = self._new(server, dn, password), Away
        try:
            self._open(connection)
            problem = Unanswered
            connection.bind(controls=list(controls) or None)
            if connection.result["result"] not in BUSY:
                return connection
            problem = Away
        except (LDAPException, OSError):
            self._rest(self._servers.index(server))
        _end(connection)
        raise problem

    def _alive(self) -> tuple[int, Connection]:
        """A connection that has just answered, and the number of its server."""
        refused = False
        for at in self._order():
            kept = self._answering(at)
            if kept:
                return at, kept
            connection = self._new(
                self._servers[at], self.settings.bind_dn, self.settings.bind_password
            )
            try:
                self._open(connection)
                if connection.bind():
                    self._resting.pop(at, None)
                    return at, connection
                refused = refused or connection.result["result"] not in BUSY
            except (LDAPException, OSError):
                pass
            _end(connection)
            self._rest(at)
        raise NoRight if refused else Away

    def _put_back(self, at: int, connection: Connection) -> None:
        try:
            self._kept[at].put_nowait(connection)
        except queue.Full:
            _end(connection)

    def _answering(self, at: int) -> Connection | None:
        """A kept connection that still answers."""
        with suppress(queue.Empty):
            while True:
                connection = self._kept[at].get_nowait()
                try:
                    if connection.search("", "(objectClass=*)", "BASE", attributes=["1.1"]):
                        return connection
                except LDAPException:
                    pass
                _end(connection)
        return None

    def _new(self, server: Server, dn: str, password: str) -> Connection:
        return Connection(
            server,
            user=dn,
            password=cast(str, password.encode()),  # texts are normalised, which passwords are not
            client_strategy=SYNC,
            auto_bind="NONE",
            receive_timeout=self.settings.receive_timeout,
            auto_referrals=False,
            check_names=False,
            raise_exceptions=False,
            return_empty_attributes=False,
            auto_range=False,  # long attributes are read piece by piece, by whoever wants them
        )

    @staticmethod
    def _open(connection: Connection) -> None:
        """Connect, over TLS and never without."""
        connection.server.reset_availability()  # the library else avoids for 5 s what failed once
        connection.open()
        if connection.closed:  # the library only raises where no other connection is open
            raise LDAPSocketOpenError("not connected")
        if not connection.server.ssl and not connection.start_tls():
            raise LDAPSocketOpenError("the server has no TLS")

    def _order(self) -> list[int]:
        """The servers, those that did not answer lately last."""
        now = time.monotonic()
        with self._lock:
            late = [at for at in self._resting if now - self._resting[at] < RESTS]
        return sorted(range(len(self._servers)), key=lambda at: (at in late, at))

    def _rest(self, at: int) -> None:
        with self._lock:
            self._resting[at] = time.monotonic()


def bound_of(connection: Connection) -> Bound:
    """How a server answered the bind on a connection."""
    result = connection.result
    return result["result"], str(result["message"]), result.get("controls") or {}


def _server(url: str, settings: LdapSettings) -> Server:
    parts = urlsplit(url)
    secure = parts.scheme == "ldaps"
    return Server(
        parts.hostname or "",
        port=parts.port or (636 if secure else 389),
        use_ssl=secure,
        tls=VerifiedTls(settings.ca_file),
        get_info=NONE,
        connect_timeout=settings.connect_timeout,
    )


def _end(connection: Connection) -> None:
    """Close a connection that may be dead already; the library leaves the socket of one open."""
    with suppress(LDAPException, OSError):
        connection.unbind()
    if connection.socket:
        with suppress(OSError):
            connection.socket.close()
