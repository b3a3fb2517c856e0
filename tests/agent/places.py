"""What tests share about the directory servers: where they are, and who may do what there."""

import os
from typing import Any, cast

import pytest
from ldap3 import NONE, Connection, Server

from writeback.agent.answers import Refused
from writeback.agent.drivers.connections import VerifiedTls

WRONG = "Wrong-Kettle-17"
GOOD, BETTER, BEST = "Kettle-Orbit-Maple-17", "Kettle-Orbit-Maple-18", "Kettle-Orbit-Maple-19"


def said(prefix: str) -> dict[str, str]:
    """What ``script/test`` said of a server: ``AD_URL`` as ``URL``."""
    return {k.removeprefix(prefix): v for k, v in os.environ.items() if k.startswith(prefix)}


def administrator(url: str, ca: str, user: str, password: str) -> Connection:
    server = Server(url, get_info=NONE, tls=VerifiedTls(ca))
    return Connection(server, user, password, auto_bind=True, receive_timeout=30, check_names=False)


def binds(env: dict[str, str], dn: str, password: str) -> bool:
    server = Server(env["URL"], get_info=NONE, tls=VerifiedTls(env["CA_FILE"]))
    exactly = cast(str, password.encode())  # a text would be normalised
    connection = Connection(server, dn, exactly, receive_timeout=30)
    try:
        return bool(connection.bind())
    finally:
        connection.unbind()


def refusal(call: Any, *args: Any, **kwargs: Any) -> Refused:
    """How a call is refused."""
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value
