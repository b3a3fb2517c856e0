"""What a domain's own answers tell of its health, and of our rights in it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from ldap3 import BASE
from ldap3.protocol.microsoft import security_descriptor_control
from ldap3.utils.conv import escape_filter_chars

from writeback.agent.answers import Finding
from writeback.agent.doctor import descriptors, mending
from writeback.agent.doctor.descriptors import RESET_PASSWORD, Descriptor, Standing
from writeback.agent.doctor.findings import finding
from writeback.agent.doctor.kind import Kind, rules_findings
from writeback.agent.doctor.mending import Right, Trustee, parent
from writeback.agent.drivers import active_directory_facts as facts
from writeback.agent.drivers.active_directory import takes_hints
from writeback.agent.drivers.base import Account
from writeback.agent.drivers.reading import entry, first, found

_LIST_ONLY = security_descriptor_control(criticality=True, sdflags=4)  # MS-ADTS 3.1.1.3.4.1.11
_ROOT = (
    "currentTime",
    "defaultNamingContext",
    "configurationNamingContext",
    "tokenGroups",
)
_ATTRIBUTES = {Right.UNLOCK: "lockoutTime", Right.MUST_CHANGE: "pwdLastSet"}


class ActiveDirectoryDoctor(Kind):
    people = "(&(objectCategory=person)(objectClass=user))"
    anchor = "objectGUID"

    def whole(self) -> Iterator[Finding]:
        yield self.clock(first(self._root, "currentTime"))
        rules = facts.rules(entry(self.connection, self._domain, facts.HEAD), "")
        yield from rules_findings(rules, self.unreadable)
        yield self._granular()
        if rules.history == 0:
            yield finding("history", "not_kept")
        else:
            yield finding("history", "well" if takes_hints(self.connection) else "not_enforced")
        if self._own:
            yield finding("account", "powerful" if self._own.protected else "well")
            yield from self.expiry(self._own.password_expires_at)

    def unreadable(self) -> Finding:
        granular = self._granular()
        return finding("policy", "unreadable") if granular.well else granular

    def anchor_of(self, raw: bytes) -> str:
        return str(UUID(bytes_le=raw))

    def unlimited(self) -> tuple[str, ...]:
        return ()  # paging is always allowed (MS-ADTS 3.1.1.3.4.6)

    def standings(self, dn: str) -> dict[Right, Standing]:
        """The server itself says which attributes we may write; the access list says whether we
        may reset the password, which is no attribute's right."""
        writable = {
            bytes(one).decode().lower()
            for one in entry(self.connection, dn, ["allowedAttributesEffective"]).get(
                "allowedAttributesEffective", []
            )
        }
        told = {
            right: Standing.THERE if name.lower() in writable else Standing.MISSING
            for right, name in _ATTRIBUTES.items()
        }
        shown = self._descriptor(dn)
        reset = shown.standing(self._token, RESET_PASSWORD) if shown else Standing.UNSAID
        return {Right.RESET: reset, **told}

    def mends(self, right: Right, standing: Standing, dn: str) -> tuple[str, ...]:
        shown = self._descriptor(dn)
        if standing is Standing.DENIED:
            return mending.to_look_at(dn)
        if shown and shown.is_cut_off:
            return mending.for_person(right, self._trustee, dn)
        return self.mends_of_unit(right, parent(dn))

    def mends_of_unit(self, right: Right, unit: str) -> tuple[str, ...]:
        return mending.for_unit(right, self._trustee, unit)

    def _granular(self) -> Finding:
        """Whoever may read the container's access list was given the container to read."""
        if self._descriptor(f"{mending.SETTINGS_CONTAINER},{self._domain}"):
            return finding("policy", "granular")
        mends = mending.for_settings(self._trustee, self._domain)
        return finding("policy", "granular_unreadable", mends=mends)

    def _descriptor(self, dn: str) -> Descriptor | None:
        self.connection.search(
            dn,
            "(objectClass=*)",
            BASE,
            attributes=["nTSecurityDescriptor"],
            controls=_LIST_ONLY,
        )
        for one in self.connection.response or []:
            for raw in one.get("raw_attributes", {}).get("nTSecurityDescriptor", []):
                return descriptors.read(bytes(raw))
        return None

    @cached_property
    def _root(self) -> Mapping[str, Any]:
        """What the server says of itself (MS-ADTS 3.1.1.3.2)."""
        return entry(self.connection, "", _ROOT)

    @property
    def _domain(self) -> str:
        return first(self._root, "defaultNamingContext")

    @cached_property
    def _token(self) -> frozenset[str]:
        """Whom the server takes us for: our SID and those of all our groups."""
        return frozenset(facts.sid(bytes(one)) for one in self._root.get("tokenGroups", []))

    @cached_property
    def _own(self) -> Account | None:
        """The service account, which may be named by DN, ``DOMAIN\\name`` or principal name."""
        name, wanted = self.settings.bind_dn, [*facts.NAMES, *facts.STATE]
        if "=" in name:
            raw = dict(entry(self.connection, name, wanted))
        else:
            plain = escape_filter_chars(name.rpartition("\\")[2])
            short = plain.partition("@")[0]
            condition = f"(&{self.people}(|(userPrincipalName={plain})(sAMAccountName={short})))"
            entries = found(self.connection, self._domain, condition, wanted)
            raw = entries[0]["raw_attributes"] if entries else {}
        return facts.account(raw, self._token) if raw.get("objectGUID") else None

    @cached_property
    def _trustee(self) -> Trustee:
        """As ``dsacls`` names accounts; by SID alone where the domain hides its short name."""
        dn = self._own.dn if self._own else self.settings.bind_dn
        raw = entry(self.connection, dn, ["objectSid", "sAMAccountName"])
        own = facts.sid(bytes(raw["objectSid"][0])) if raw.get("objectSid") else "SID"
        home = escape_filter_chars(self._domain)
        shorts = found(
            self.connection,
            f"CN=Partitions,{first(self._root, 'configurationNamingContext')}",
            f"(&(nCName={home})(nETBIOSName=*))",
            ["nETBIOSName"],
        )
        short = first(shorts[0]["raw_attributes"], "nETBIOSName") if shorts else ""
        account = first(raw, "sAMAccountName")
        return Trustee(own, f"{short}\\{account}" if short and account else own)
