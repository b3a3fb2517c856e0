"""Sending one change to a server: done, refused, never sent, or not known."""

from typing import Any

from ldap3 import Connection
from ldap3.core.exceptions import (
    LDAPException,
    LDAPSocketOpenError,
    LDAPSocketSendError,
)

from writeback.agent.answers import AnswerLost, Away

_NOT_DONE = {51, 52}  # busy, unavailable (RFC 4511 A.2)


def sent(
    connection: Connection, dn: str, changes: dict[str, Any], controls: list[Any] | None = None
) -> tuple[int, str]:
    """Send a modify once; the result's code and text. Raises Away when it surely did not arrive,
    and AnswerLost when nobody can tell."""
    try:
        connection.modify(dn, changes, controls)  # type: ignore[no-untyped-call]  # has no types
    except LDAPSocketOpenError as error:
        raise Away from error
    except (LDAPSocketSendError, LDAPException, OSError) as error:
        raise AnswerLost from error
    code, text = connection.result["result"], str(connection.result["message"])
    if code in _NOT_DONE:
        raise Away
    return code, text
