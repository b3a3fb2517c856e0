"""A part of a directory server of one's own, for synchronisation: its people and groups, told alike
for every kind of server, and gone after the test."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from ldap3 import MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, SUBTREE

from tests.agent.places import GOOD
from writeback.agent.settings import LdapSettings

DOMAIN = "corp.example"


@dataclass
class OwnUnit:
    """A unit of its own. Names are as short as they are typed; the server's carry a ``mark``."""

    server: Any
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:6])

    def __post_init__(self) -> None:
        self.is_ad = self.server.kind == "active_directory"
        self.base = f"OU={self.mark},{self.server.unit}"
        for dn in (self.base, f"OU=elsewhere,{self.base}"):
            assert self.server.admin.add(dn, "organizationalUnit"), self.server.admin.result

    @property
    def settings(self) -> LdapSettings:
        settings: LdapSettings = self.server.settings
        return replace(settings, base_dn=self.base)

    def clear(self) -> None:
        """Take everything away, what is deepest first."""
        self.server.admin.search(self.base, "(objectClass=*)", SUBTREE, attributes=["1.1"])
        for dn in sorted((one["dn"] for one in self.server.admin.response), key=len, reverse=True):
            self.server.admin.delete(dn)

    def upn(self, name: str) -> str:
        return f"{name}.{self.mark}@{DOMAIN}"

    def dn(self, name: str, *, kind: str = "") -> str:
        attribute = "CN" if self.is_ad else kind or "uid"
        return f"{attribute}={name}.{self.mark},{self.base}"

    def person(self, name: str, **values: Any) -> str:
        """Somebody new; returns their DN."""
        whole = f"{name}.{self.mark}"
        dn = self.dn(name)
        if self.is_ad:
            self.server._make(dn, whole, GOOD)
            values = {"userPrincipalName": self.upn(name), **values}
            self.server.put(dn, **values)
            return dn
        kinds = [*values.pop("kinds", []), "inetOrgPerson"]
        usual = {"uid": whole, "cn": name.title(), "sn": name, "mail": self.upn(name)}
        told = {**usual, "displayName": name.title(), **values}
        assert self.server.admin.add(dn, kinds, told), self.server.admin.result
        return dn

    def group(self, name: str, *members: str) -> str:
        """A group of these DNs; returns its own."""
        dn, whole = self.dn(name, kind="cn"), f"{name}.{self.mark}"
        if self.is_ad:
            values: dict[str, Any] = {"sAMAccountName": whole}
            kind = "group"
        else:
            values, kind = {"cn": whole}, "groupOfNames"
        told = {**values, "member": list(members)} if members else values
        assert self.server.admin.add(dn, kind, told), self.server.admin.result
        return dn

    def put_into(self, group: str, *members: str) -> None:
        self._modify(group, {"member": [(MODIFY_ADD, list(members))]})

    def take_out(self, group: str, *members: str) -> None:
        self._modify(group, {"member": [(MODIFY_DELETE, list(members))]})

    def sign_in_name(self, dn: str, name: str) -> None:
        attribute = "userPrincipalName" if self.is_ad else "mail"
        self._modify(dn, {attribute: [(MODIFY_REPLACE, [name])]})

    def move(self, dn: str) -> str:
        """Somewhere else within the place, under another name."""
        first = dn.partition("=")[0]
        assert self.server.admin.modify_dn(
            dn, f"{first}=moved.{self.mark}", new_superior=f"OU=elsewhere,{self.base}"
        ), self.server.admin.result
        return f"{first}=moved.{self.mark},OU=elsewhere,{self.base}"

    def delete(self, dn: str) -> None:
        assert self.server.admin.delete(dn), self.server.admin.result

    def disable(self, dn: str) -> None:
        if self.is_ad:
            self.server.put(dn, userAccountControl="514")
        else:
            self.server.put(dn, pwdAccountLockedTime="000001010000Z")

    def enable(self, dn: str) -> None:
        if self.is_ad:
            self.server.put(dn, userAccountControl="512")
        else:
            self._modify(dn, {"pwdAccountLockedTime": [(MODIFY_REPLACE, [])]})

    def _modify(self, dn: str, changes: dict[str, Any]) -> None:
        assert self.server.admin.modify(dn, changes), self.server.admin.result
