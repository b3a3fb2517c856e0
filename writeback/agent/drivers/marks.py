"""Where a reading of changes begins: a place in one server's own order of them.

A mark says for which server and which settings it holds, as a digest, so that after a failover or
another configuration everything is read anew: numbers of one server mean nothing to another.
"""

import hashlib
import re

from writeback.agent.settings import LdapSettings

_MARK = re.compile(r"([0-9a-f]{16}):([0-9]{1,20})")


def made(server: str, settings: LdapSettings, place: int) -> str:
    """A mark for this server and these settings."""
    return f"{_digest(server, settings)}:{place}"


def place_of(mark: str, server: str, settings: LdapSettings) -> int | None:
    """Where to go on; None where the mark is none of this server with these settings."""
    found = _MARK.fullmatch(mark)
    if found is None or found[1] != _digest(server, settings):
        return None
    return int(found[2])


def _digest(server: str, settings: LdapSettings) -> str:
    told = (
        settings.kind,
        server,
        settings.base_dn,
        settings.bind_dn,
        settings.mail_attribute,
        settings.alternate_email_attribute,
    )
    return hashlib.blake2b("\0".join(told).encode(), digest_size=8).hexdigest()
