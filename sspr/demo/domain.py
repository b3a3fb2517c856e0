"""The demonstration's people with their accounts in an Active Directory, for ``--with-ad``."""

import os
from collections.abc import Iterable
from typing import Any

from ldap3 import MODIFY_REPLACE, NONE, Connection, Server

from accounts.people.models import Source, StoreKind, User
from accounts.signin import lockout
from sspr.demo.people import PASSWORD
from writeback.agent.drivers.connections import VerifiedTls
from writeback.agent.drivers.writing import sent

UNIT = "OU=Harbourvale"
_LOCKS_AFTER = 20  # wrong passwords
_HALF_AN_HOUR = str(-30 * 60 * 10_000_000)  # in the unit of MS-ADTS 3.1.1.1.6
_RULES = {
    "minPwdLength": "12",
    "pwdHistoryLength": "5",
    "minPwdAge": "0",
    "pwdProperties": "0",
    "lockoutThreshold": str(_LOCKS_AFTER),
    "lockoutDuration": _HALF_AN_HOUR,
    "lockOutObservationWindow": _HALF_AN_HOUR,
}


def move_in(people: Iterable[User]) -> None:
    """Give these people accounts in the domain; from now on their passwords live there alone."""
    base = os.environ["AD_BASE_DN"]
    admin = _bound(os.environ["AD_ADMIN"], os.environ["AD_ADMIN_PASSWORD"])
    try:
        sent(admin, base, {name: [(MODIFY_REPLACE, [value])] for name, value in _RULES.items()})
        for user in people:
            _make(admin, user, f"CN={user.display_name},{UNIT},{base}")
    finally:
        admin.unbind()


def _bound(user: str, password: str) -> Connection:
    server = Server(os.environ["AD_URL"], get_info=NONE, tls=VerifiedTls(os.environ["AD_CA_FILE"]))
    connection = Connection(server, user, password, receive_timeout=30)
    connection.bind()
    return connection


def _make(admin: Connection, user: User, dn: str) -> None:
    values: dict[str, Any] = {
        "sAMAccountName": user.upn_key.partition("@")[0],
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "mail": user.mail,
        "userAccountControl": "512" if user.enabled else "514",
        "unicodePwd": f'"{PASSWORD}"'.encode("utf-16-le"),
    }
    if user.must_change_password:
        values["pwdLastSet"] = "0"
    kinds = ["top", "person", "organizationalPerson", "user"]
    if not admin.add(dn, kinds, values):  # type: ignore[no-untyped-call]  # ldap3 has no types
        raise RuntimeError(f"{user}: {admin.result['message']}")
    if lockout.unlock(lockout.key_of(user)):
        for number in range(_LOCKS_AFTER):
            _bound(dn, f"wrong {number}").unbind()
    user.source, user.password, user.must_change_password = Source.SYNCHRONIZED, "", False
    user.save()
    user.directory.store_kind = StoreKind.ACTIVE_DIRECTORY
    user.directory.save()
