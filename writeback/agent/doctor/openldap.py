"""What an OpenLDAP server tells of its health, and of our rights in it.

It has no attribute for effective rights. It is asked by deleting a value that is not there: who
may write the attribute hears *no such attribute*, who may not hears *insufficient access rights*,
and nothing is changed either way (RFC 4511 4.6).
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from ldap3 import MODIFY_DELETE
from ldap3.core.exceptions import LDAPException

from writeback.agent.answers import Away, Finding
from writeback.agent.doctor import mending
from writeback.agent.doctor.descriptors import Standing
from writeback.agent.doctor.findings import finding
from writeback.agent.doctor.kind import Kind, rules_findings
from writeback.agent.doctor.mending import Right, parent
from writeback.agent.drivers import ppolicy
from writeback.agent.drivers.reading import entry, first, found

_TIME = "cn=Current,cn=Time,cn=Monitor"  # slapd-monitor(5)
_ANSWERS = {16: Standing.THERE, 50: Standing.MISSING}  # RFC 4511 A.1


class OpenLdapDoctor(Kind):
    people = "(objectClass=person)"
    anchor = "entryUUID"

    def whole(self) -> Iterator[Finding]:
        told = entry(self.connection, _TIME, ["monitorTimestamp"])
        yield self.clock(first(told, "monitorTimestamp"))
        place = self.settings.default_policy_dn
        policy = entry(self.connection, place, ["*"]) if place else {}
        rules = ppolicy.rules(policy, place)
        yield from rules_findings(rules, self.unreadable)
        if rules.source != "unreadable":
            yield from _switches(policy, place)
            yield finding("history", "well" if rules.history else "not_kept")
        yield from self._own()

    def unreadable(self) -> Finding:
        place = self.settings.default_policy_dn
        mends = mending.for_slapd_entry(self.settings.bind_dn, place) if place else ()
        return finding("policy", "unreadable", mends=mends)

    def anchor_of(self, raw: bytes) -> str:
        return str(UUID(raw.decode()))

    def unlimited(self) -> tuple[str, ...]:
        return mending.for_limits(self.settings.bind_dn)

    def standings(self, dn: str) -> dict[Right, Standing]:
        raw = entry(self.connection, dn, ["pwdReset"])
        due = "TRUE" if first(raw, "pwdReset") == "FALSE" else "FALSE"
        absent = {
            Right.RESET: ("userPassword", secrets.token_hex(32)),
            Right.UNLOCK: ("pwdAccountLockedTime", "19010101000000Z"),
            Right.MUST_CHANGE: ("pwdReset", due),
        }
        return {right: self._asked(dn, *value) for right, value in absent.items()}

    def mends(self, right: Right, standing: Standing, dn: str) -> tuple[str, ...]:
        return self.mends_of_unit(right, parent(dn))

    def mends_of_unit(self, right: Right, unit: str) -> tuple[str, ...]:
        return mending.for_slapd(right, self.settings.bind_dn, unit)

    def _asked(self, dn: str, attribute: str, absent: str) -> Standing:
        """May we write this attribute? Deletes a value that the entry does not have."""
        try:
            self.connection.modify(dn, {attribute: [(MODIFY_DELETE, [absent])]})  # type: ignore[no-untyped-call]  # has no types
        except (LDAPException, OSError) as error:
            raise Away from error
        return _ANSWERS.get(self.connection.result["result"], Standing.UNSAID)

    def _own(self) -> Iterator[Finding]:
        people = found(self.connection, self.settings.base_dn, self.people, ["userPassword"])
        reads_hashes = any(one["raw_attributes"].get("userPassword") for one in people)
        has_entry = self.exists(self.settings.bind_dn)
        if reads_hashes:
            yield finding("account", "reads_hashes")
        if not has_entry:
            yield finding("account", "unbound_by_rules")
        if has_entry and not reads_hashes:
            yield finding("account")


def _switches(policy: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """What a policy can forbid whatever the rights are."""
    if first(policy, "pwdSafeModify") == "TRUE":
        yield finding("policy", "no_resets", policy=place)
    if first(policy, "pwdMustChange") != "TRUE":
        yield finding("policy", "no_must_change", policy=place)
