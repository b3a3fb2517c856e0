"""Sending one change to a server: done, refused, never sent, or not known."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ldap3 import Connection
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError

from writeback.agent.answers import AnswerLost, Away

_NOT_DONE = {51, 52}  # busy, unavailable (RFC 4511 A.2)


def sent(
    connection: Connection, dn: str, changes: dict[str, Any], controls: list[Any] | None = None
) -> tuple[int, str]:
    """Send a modify once; the result's code and text. Raises Away when it surely did not arrive,
    and AnswerLost when nobody can tell."""
    with _once():
        connection.modify(dn, changes, controls)  # type: ignore[no-untyped-call]  # has no types
    return _result(connection)


def passed(
    connection: Connection, dn: str, password: str, current: str | None, controls: list[Any]
) -> tuple[int, str]:
    """Send a password modify (RFC 3062) once; answers as ``sent`` does. Bytes, because the library
    would normalise texts."""
    with _once():
        connection.extend.standard.modify_password(
            dn,
            current.encode() if current is not None else None,
            password.encode(),
            controls=controls,
        )
    return _result(connection)


@contextmanager
def _once() -> Iterator[None]:
    try:
        yield
    except LDAPSocketOpenError as error:
        raise Away from error
    except (LDAPException, OSError) as error:
        raise AnswerLost from error


def _result(connection: Connection) -> tuple[int, str]:
    code, text = connection.result["result"], str(connection.result["message"])
    if code in _NOT_DONE:
        raise Away
    return code, text
