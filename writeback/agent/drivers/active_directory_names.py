"""What people call their accounts in Active Directory when they sign in."""

from collections.abc import Iterator

from ldap3 import Connection
from ldap3.utils.conv import escape_filter_chars

from writeback.agent.drivers.base import is_sendable
from writeback.agent.drivers.reading import entry, first, found


def conditions(connection: Connection, base: str, name: str) -> Iterator[str]:
    """What to look for, most telling first: ``DOMAIN\\name``, a user principal name, which is also
    the account's name before the domain's, and mail."""
    if not is_sendable(name):
        return
    domain, slash, own = name.partition("\\")
    if slash:
        if _is_ours(connection, base, domain):
            yield f"(sAMAccountName={escape_filter_chars(own)})"
        return
    escaped = escape_filter_chars(name)
    yield f"(userPrincipalName={escaped})"
    own, at, domain = name.rpartition("@")
    if not at:
        yield f"(sAMAccountName={escaped})"
        return
    if domain.lower() == _dns_name(base):
        yield f"(sAMAccountName={escape_filter_chars(own)})"
    yield f"(mail={escaped})"


def _is_ours(connection: Connection, base: str, domain: str) -> bool:
    """By either name of the domain; where the short one cannot be read, any is taken for it."""
    if domain.lower() == _dns_name(base):
        return True
    root = entry(connection, "", ["configurationNamingContext", "defaultNamingContext"])
    known = found(
        connection,
        f"CN=Partitions,{first(root, 'configurationNamingContext')}",
        f"(nCName={escape_filter_chars(first(root, 'defaultNamingContext'))})",
        ["nETBIOSName"],
    )
    short = first(known[0]["raw_attributes"], "nETBIOSName") if known else ""
    return not short or domain.lower() == short.lower()


def _dns_name(base: str) -> str:
    """``DC=corp,DC=example`` as ``corp.example``."""
    parts = [part.strip().lower() for part in base.split(",")]
    return ".".join(part.removeprefix("dc=") for part in parts if part.startswith("dc="))
