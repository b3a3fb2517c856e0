"""Is each server reachable, is its certificate good for a while, does it let us in?

Servers are numbered as in LDAP_URLS: their addresses are nobody's business but the agent's.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ldap3 import Connection
from ldap3.core.exceptions import LDAPException, LDAPStartTLSError

from writeback.agent.answers import Finding
from writeback.agent.doctor.findings import finding
from writeback.agent.drivers.connections import BUSY, Connections, VerifiedTls
from writeback.agent.settings import LdapSettings

WARNS_BEFORE = timedelta(days=30)  # of the end of a certificate, or of a password
# X509_V_ERR_… of OpenSSL: what the verification ended with.
_NOT_NOW, _OTHER_NAME = {9, 10}, {62, 63, 64}


class Watched(VerifiedTls):
    """Keeps what the handshake showed."""

    def __init__(self, ca_file: str) -> None:
        super().__init__(ca_file)
        self.fault: OSError | None = None
        self.ends_at: datetime | None = None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        try:
            super().wrap_socket(connection, do_handshake=True)
        except OSError as error:
            self.fault = error
            raise
        ends = ssl.cert_time_to_seconds(connection.socket.getpeercert()["notAfter"])
        self.ends_at = datetime.fromtimestamp(ends, UTC)


def findings(settings: LdapSettings, now: datetime) -> Iterator[Finding]:
    """What can be said of each server, from the outside to the inside."""
    for number, url in enumerate(settings.urls, 1):
        yield from _server(replace(settings, urls=(url,)), number, now)


def _server(settings: LdapSettings, number: int, now: datetime) -> Iterator[Finding]:
    watched = Watched(settings.ca_file)
    with Connections(settings).fresh(watched) as connection:
        try:
            connection.open()
            if not connection.server.ssl:
                connection.start_tls()
        except (LDAPException, OSError) as error:
            yield from _unreachable(watched.fault, error, connection, number)
        else:
            yield finding("reachable", server=number)
            if watched.ends_at is None:  # no word of ours goes over such a connection
                yield finding("certificate", "no_tls", server=number)
                return
            yield _certificate(watched.ends_at, number, now)
            yield _bind(connection, number)


def _certificate(ends_at: datetime, number: int, now: datetime) -> Finding:
    """One that is good today: for how long?"""
    cause = "expires_soon" if ends_at <= now + WARNS_BEFORE else "well"
    return finding("certificate", cause, server=number, until=ends_at.date().isoformat())


def _unreachable(
    fault: OSError | None, error: Exception, connection: Connection, number: int
) -> Iterator[Finding]:
    """Not there at all, or there without a connection that can be trusted."""
    if fault is None and not isinstance(error, LDAPStartTLSError):
        yield finding("reachable", "silent", server=number, error=_told(error, connection))
        return
    yield finding("reachable", server=number)
    if isinstance(fault, ssl.SSLCertVerificationError):
        causes = {**dict.fromkeys(_NOT_NOW, "expired"), **dict.fromkeys(_OTHER_NAME, "wrong_name")}
        cause = causes.get(fault.verify_code, "untrusted")
        yield finding("certificate", cause, server=number)
    else:
        yield finding("certificate", "no_tls", server=number)


def _bind(connection: Connection, number: int) -> Finding:
    try:
        let_in = connection.bind()
    except (LDAPException, OSError):
        return finding("bind", "silent", server=number)
    if connection.result["result"] in BUSY:
        return finding("bind", "silent", server=number)
    return finding("bind", "well" if let_in else "refused", server=number)


def _told(error: Exception, connection: Connection) -> str:
    """Why there is no connection, in the words of the system and without the address."""
    told = f"{error} {connection.last_error}".lower()
    for known in ("refused", "timed out", "unreachable", "no route"):
        if known in told:
            return known
    with suppress(OSError):
        socket.getaddrinfo(connection.server.host, connection.server.port)
        return "no answer"
    return "unknown name"
