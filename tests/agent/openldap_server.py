"""A real OpenLDAP server, and what happens to accounts in it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ldap3 import MODIFY_REPLACE, Connection

from tests.agent.places import GOOD, WRONG, administrator, binds
from writeback.agent.drivers.ppolicy import RELAX
from writeback.agent.settings import LdapSettings


@dataclass
class OpenLdapServer:
    """An OpenLDAP server with password policies, and a service account that may set passwords."""

    admin: Connection
    base: str
    env: dict[str, str]
    moved: str = ""
    made: list[str] = field(default_factory=list)
    kind = "openldap"

    @classmethod
    def start(cls, env: dict[str, str]) -> "OpenLdapServer":
        admin = administrator(env["URL"], env["CA_FILE"], env["ADMIN"], env["PASSWORD"])
        server = cls(admin, env["SUFFIX"], env)
        admin.add(f"ou=moved,{server.unit}", "organizationalUnit")
        server.make("resident")
        server.made.clear()  # who stays
        return server

    @property
    def unit(self) -> str:
        return f"ou=people,{self.base}"

    @property
    def default_policy(self) -> str:
        return f"cn=default,ou=policies,{self.base}"

    @property
    def settings(self) -> LdapSettings:
        return LdapSettings(
            kind=self.kind,
            urls=(self.env["URL"],),
            base_dn=self.base,
            bind_dn=self.env["SERVICE"],
            bind_password=self.env["PASSWORD"],
            ca_file=self.env["CA_FILE"],
            default_policy_dn=self.default_policy,
        )

    def make(self, name: str, password: str = GOOD, *, dn: str = "") -> str:
        dn = dn or f"uid={name},{self.unit}"
        self.made.append(dn)
        self.admin.delete(dn)
        values = {
            "uid": name,
            "cn": name.title(),
            "sn": name,
            "mail": f"{name}@mail.example",
            "userPassword": password,
        }
        assert self.admin.add(dn, ["inetOrgPerson"], values), self.admin.result
        return dn

    def clear(self) -> None:
        for dn in self.made:
            self.admin.delete(dn)
        self.made.clear()

    def put(self, dn: str, **values: Any) -> None:
        changes = {name: [(MODIFY_REPLACE, [value])] for name, value in values.items()}
        assert self.admin.modify(dn, changes), self.admin.result

    def set_password(self, dn: str, password: str) -> None:
        self.put(dn, userPassword=password)

    def policy(
        self,
        *,
        min_length: int = 12,
        history: int = 5,
        min_age: timedelta = timedelta(),
        lockout: int = 0,
        window: timedelta = timedelta(minutes=30),
    ) -> None:
        self.put(
            self.default_policy,
            pwdMinLength=str(min_length),
            pwdInHistory=str(history),
            pwdMinAge=str(int(min_age.total_seconds())),
            pwdLockout="TRUE" if lockout else "FALSE",
            pwdMaxFailure=str(lockout),
            pwdMustChange="FALSE",
            pwdFailureCountInterval=str(int(window.total_seconds())),
        )

    def rename(self, dn: str, name: str) -> None:
        self.put(dn, mail=name)

    def any_characters(self) -> None:
        """They always do."""

    def disable(self, dn: str) -> None:
        self.put(dn, pwdAccountLockedTime="000001010000Z")

    def end(self, dn: str, moment: datetime) -> None:
        self.put(dn, pwdEndTime=moment.strftime("%Y%m%d%H%M%SZ"))

    def expire(self, dn: str) -> None:
        changes: dict[str, Any] = {"pwdChangedTime": [(MODIFY_REPLACE, ["20160101000000Z"])]}
        assert self.admin.modify(dn, changes, controls=[RELAX]), self.admin.result

    @contextmanager
    def own_policy(
        self, dn: str, *, min_length: int, history: int, lockout: int, readable: bool = True
    ) -> Iterator[str]:
        """A policy for one person alone."""
        place = "policies" if readable else "hidden"
        policy = f"cn=own{uuid.uuid4().hex[:8]},ou={place},{self.base}"
        values = {
            "pwdAttribute": "userPassword",
            "pwdMinLength": str(min_length),
            "pwdCheckQuality": "2",
            "pwdInHistory": str(history),
            "pwdLockout": "TRUE",
            "pwdMaxFailure": str(lockout),
            "pwdFailureCountInterval": "1800",
        }
        assert self.admin.add(policy, ["device", "pwdPolicy"], values), self.admin.result
        self.put(dn, pwdPolicySubentry=policy)
        try:
            yield policy
        finally:
            self.admin.modify(dn, {"pwdPolicySubentry": [(MODIFY_REPLACE, [])]})
            self.admin.delete(policy)

    @contextmanager
    def forbidding_change(self, _dn: str) -> Iterator[None]:
        self.put(self.default_policy, pwdAllowUserChange="FALSE")
        try:
            yield
        finally:
            self.put(self.default_policy, pwdAllowUserChange="TRUE")

    def require_change(self, dn: str) -> None:
        self.put(self.default_policy, pwdMustChange="TRUE")
        self.put(dn, pwdReset="TRUE")

    def move(self, dn: str) -> None:
        own, above = f"uid=moved.{uuid.uuid4().hex[:8]}", f"ou=moved,{self.unit}"
        self.moved = f"{own},{above}"
        self.made.append(self.moved)
        assert self.admin.modify_dn(dn, own, new_superior=above), self.admin.result

    def binds(self, dn: str, password: str) -> bool:
        return binds(self.env, dn, password)

    def lock(self, dn: str, threshold: int) -> None:
        for _ in range(threshold):
            assert not self.binds(dn, WRONG)

    def forgive(self, dn: str) -> None:
        changes: dict[str, Any] = {"pwdFailureTime": [(MODIFY_REPLACE, [])]}
        assert self.admin.modify(dn, changes, controls=[RELAX]), self.admin.result
