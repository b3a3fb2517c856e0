"""Real directory servers, and what happens to accounts in them, told alike for each.

``script/test`` starts them and says where they are; a server that is not there skips its tests.
"""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ldap3 import BASE, MODIFY_ADD, MODIFY_REPLACE, Connection

from tests.agent.openldap_server import OpenLdapServer
from tests.agent.places import BEST, BETTER, GOOD, WRONG, administrator, binds, said
from writeback.agent.drivers.active_directory_facts import sid
from writeback.agent.settings import LdapSettings

__all__ = ["BEST", "BETTER", "GOOD", "WRONG", "ActiveDirectoryServer", "OpenLdapServer", "said"]


@dataclass
class ActiveDirectoryServer:
    """A domain controller, its staff's unit, and a service account with three delegated rights."""

    admin: Connection
    base: str
    env: dict[str, str]
    moved: str = ""
    made: list[str] = field(default_factory=list)
    kind = "active_directory"

    RIGHTS = (
        "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;{0})",
        "(OA;CIIO;RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;{0})",
        "(OA;CIIO;RPWP;bf967a0a-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;{0})",
    )

    @classmethod
    def start(cls, env: dict[str, str]) -> "ActiveDirectoryServer":
        admin = administrator(env["URL"], env["CA_FILE"], env["ADMIN"], env["ADMIN_PASSWORD"])
        server = cls(admin, env["BASE_DN"], env)
        for unit in (server.unit, f"OU=Moved,{server.unit}", f"OU=Service,{server.base}"):
            admin.add(unit, "organizationalUnit")
        server._make(f"CN=sspr,OU=Service,{server.base}", "sspr", GOOD)
        sid = server._sid(f"CN=sspr,OU=Service,{server.base}")
        for right in cls.RIGHTS:
            server.tool("dsacl", "set", f"--objectdn={server.unit}", f"--sddl={right.format(sid)}")
        server.policy(min_length=12, history=5, min_age=timedelta(), lockout=0)
        server.make("resident")
        server.made.clear()  # these two stay
        return server

    @property
    def unit(self) -> str:
        return f"OU=Staff,{self.base}"

    @property
    def settings(self) -> LdapSettings:
        return LdapSettings(
            kind=self.kind,
            urls=(self.env["URL"],),
            base_dn=self.base,
            bind_dn=f"CN=sspr,OU=Service,{self.base}",
            bind_password=GOOD,
            ca_file=self.env["CA_FILE"],
        )

    def tool(self, *words: str) -> None:
        """The administrator's command line, on the very database."""
        command = ["samba-tool", *words, f"--configfile={self.env['SMB_CONF']}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def make(self, name: str, password: str = GOOD, *, dn: str = "") -> str:
        """Somebody new; returns their DN."""
        dn = dn or f"CN={name},{self.unit}"
        self.admin.delete(dn)
        self._make(dn, name, password)
        return dn

    def make_powerful(self, name: str) -> str:
        dn = self.make(name)
        admins = f"CN=Domain Admins,CN=Users,{self.base}"
        self.admin.modify(admins, {"member": [(MODIFY_ADD, [dn])]})
        return dn

    def put(self, dn: str, **values: Any) -> None:
        """Set attributes; ``__`` stands for a hyphen."""
        changes = {k.replace("__", "-"): [(MODIFY_REPLACE, [v])] for k, v in values.items()}
        assert self.admin.modify(dn, changes), self.admin.result

    def set_password(self, dn: str, password: str) -> None:
        self.put(dn, unicodePwd=f'"{password}"'.encode("utf-16-le"))

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
            self.base,
            minPwdLength=str(min_length),
            pwdHistoryLength=str(history),
            minPwdAge=_ticks(min_age),
            maxPwdAge=_ticks(timedelta(days=90)),
            pwdProperties="1",
            lockoutThreshold=str(lockout),
            lockoutDuration=_ticks(timedelta(minutes=30)),
            lockOutObservationWindow=_ticks(window),
        )

    def rename(self, dn: str, name: str) -> None:
        """Give somebody another name to sign in with."""
        self.put(dn, userPrincipalName=name)

    def any_characters(self) -> None:
        """Until the next test, any kinds of characters will do."""
        self.put(self.base, pwdProperties="0")

    def disable(self, dn: str) -> None:
        self.put(dn, userAccountControl="514")

    def end(self, dn: str, moment: datetime) -> None:
        """The account is no more after this."""
        ticks = (moment - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
        self.put(dn, accountExpires=str(ticks))

    def expire(self, dn: str) -> None:
        """The password was set years ago. No server lets anybody write that: its files do."""
        folder = Path(self.env["SMB_CONF"]).parent / "private" / "sam.ldb.d"
        change = ["changetype: modify", "replace: pwdLastSet", "pwdLastSet: 131000000000000000"]
        subprocess.run(
            ["ldbmodify", "-H", f"{folder / self.base.upper()}.ldb"],
            input="\n".join([f"dn: {dn}", *change, ""]),
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        )

    @contextmanager
    def own_policy(
        self, dn: str, *, min_length: int, history: int, lockout: int, readable: bool = True
    ) -> Iterator[str]:
        """A fine-grained policy for one person or group; yields its name."""
        name = f"own{uuid.uuid4().hex[:8]}"
        above = f"CN=Password Settings Container,CN=System,{self.base}"
        values = {
            "msDS-PasswordSettingsPrecedence": "1",
            "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
            "msDS-PasswordHistoryLength": str(history),
            "msDS-PasswordComplexityEnabled": "FALSE",
            "msDS-MinimumPasswordLength": str(min_length),
            "msDS-MinimumPasswordAge": "0",
            "msDS-MaximumPasswordAge": _ticks(timedelta(days=90)),
            "msDS-LockoutThreshold": str(lockout),
            "msDS-LockoutObservationWindow": _ticks(timedelta(minutes=30)),
            "msDS-LockoutDuration": _ticks(timedelta(minutes=30)),
            "msDS-PSOAppliesTo": dn,
        }
        policy = f"CN={name},{above}"
        assert self.admin.add(policy, ["msDS-PasswordSettings"], values), self.admin.result
        if readable:
            reader = self._sid(f"CN=sspr,OU=Service,{self.base}")
            self.tool("dsacl", "set", f"--objectdn={policy}", f"--sddl=(A;;GR;;;{reader})")
        try:
            yield name
        finally:
            self.admin.delete(policy)

    @contextmanager
    def group_of(self, dn: str) -> Iterator[str]:
        """A group with one member."""
        group = f"CN=group{uuid.uuid4().hex[:8]},{self.unit}"
        values = {"sAMAccountName": group[3:16], "member": dn}
        assert self.admin.add(group, ["top", "group"], values), self.admin.result
        yield group
        self.admin.delete(group)

    @contextmanager
    def forbidding_change(self, dn: str) -> Iterator[None]:
        """The tick at "user cannot change password": nobody may, who does not reset."""
        right = "ab721a53-1e2f-11d0-9819-00aa0040529b"
        denied = "".join(f"(OD;;CR;{right};;{who})" for who in ("PS", "WD"))
        self.tool("dsacl", "set", f"--objectdn={dn}", f"--sddl={denied}")
        yield

    def require_change(self, dn: str) -> None:
        self.put(dn, pwdLastSet="0")

    def move(self, dn: str) -> None:
        """Rename somebody and put them elsewhere, where they are ``moved``."""
        own, above = f"CN=Moved {uuid.uuid4().hex[:8]}", f"OU=Moved,{self.unit}"
        self.moved = f"{own},{above}"
        self.made.append(self.moved)
        assert self.admin.modify_dn(dn, own, new_superior=above), self.admin.result

    def binds(self, dn: str, password: str) -> bool:
        return binds(self.env, dn, password)

    def lock(self, dn: str, threshold: int) -> None:
        """Somebody types so many wrong passwords at a machine of their own."""
        for _ in range(threshold):
            assert not self.binds(dn, WRONG)

    def forgive(self, dn: str) -> None:
        """Forget the wrong passwords, as a server does that never heard of them."""
        self.put(dn, lockoutTime="0")

    def kinit(self, name: str, password: str) -> bool:
        """Does the Key Distribution Center hand out a ticket for this password?"""
        environment = {
            **os.environ,
            "KRB5_CONFIG": self.env["KRB5_CONFIG"],
            "KRB5CCNAME": "MEMORY:",
        }
        done = subprocess.run(
            ["kinit", f"{name}@{self.env['REALM']}"],
            input=f"{password}\n",
            env=environment,
            text=True,
            capture_output=True,
            check=False,
            timeout=30,
        )
        return done.returncode == 0

    def clear(self) -> None:
        """Take away whom a test has made."""
        for dn in self.made:
            self.admin.delete(dn)
        self.made.clear()

    def _make(self, dn: str, name: str, password: str) -> None:
        self.made.append(dn)
        values = {
            "sAMAccountName": name[:20],
            "userPrincipalName": f"{name}@{self.env['DOMAIN']}",
            "mail": f"{name}@mail.example",
            "displayName": name.title(),
            "userAccountControl": "512",
            "unicodePwd": f'"{password}"'.encode("utf-16-le"),
        }
        kinds = ["top", "person", "organizationalPerson", "user"]
        assert self.admin.add(dn, kinds, values) or self.admin.result["result"] == 68

    def _sid(self, dn: str) -> str:
        self.admin.search(dn, "(objectClass=*)", BASE, attributes=["objectSid"])
        found = self.admin.response or []
        return sid(bytes(found[0]["raw_attributes"]["objectSid"][0]))


def _ticks(span: timedelta) -> str:
    return str(-int(span.total_seconds() * 10_000_000))
