"""Active Directory, by Windows or by Samba.

A refusal is classified by the code at the head of its text and by the text, never by the LDAP
result alone: where Windows answers *unwilling to perform*, Samba answers *constraint violation*
(MS-ADTS 3.1.1.3.1.5). Where the text does not say which rule it was, the rules themselves are read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ldap3 import MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, Connection

from writeback.agent.answers import Away, Refused, Verdict
from writeback.agent.drivers import active_directory_changes
from writeback.agent.drivers import active_directory_facts as facts
from writeback.agent.drivers import active_directory_names as names
from writeback.agent.drivers.base import Account, Admit, Item, Rules, anybody, is_sendable
from writeback.agent.drivers.connections import Bound
from writeback.agent.drivers.judging import JudgingDriver
from writeback.agent.drivers.reading import entry, first, found
from writeback.agent.drivers.writing import sent
from writeback.agent.settings import LdapSettings

POLICY_HINTS = "1.2.840.113556.1.4.2239"
_HINTS = (POLICY_HINTS, True, b"\x30\x03\x02\x01\x01")  # SEQUENCE { INTEGER 1 }
_PEOPLE = "(objectCategory=person)(objectClass=user)"
_SUB_CODE = re.compile(r"\bdata ([0-9a-f]+)")
_LONGEST = 2 * (256 + 2)  # bytes: 256 units of UTF-16 (PWLEN of lmcons.h), in quotation marks
_NOBODY, _WRONG = 32, 49  # no such object, invalid credentials
_VERDICTS = {
    "52e": Verdict.WRONG,
    "525": Verdict.WRONG,
    "775": Verdict.LOCKED,
    "773": Verdict.MUST_CHANGE,
    "532": Verdict.EXPIRED,
    "530": Verdict.DISABLED,  # not at this hour
    "531": Verdict.DISABLED,  # not from this machine
    "533": Verdict.DISABLED,
    "701": Verdict.DISABLED,  # the account itself has expired
}


class ActiveDirectory(JudgingDriver):
    """A domain, through LDAPS."""

    kind = "active_directory"
    tells_disabled = True

    def __init__(self, settings: LdapSettings) -> None:
        super().__init__(settings)
        self._domain = ""

    def find(self, name: str) -> Account | None:
        with self._connections.service() as connection:
            for condition in names.conditions(connection, self._settings.base_dn, name):
                entries = self._search(connection, f"(&{_PEOPLE}{condition})")
                if len(entries) > 1:
                    raise Refused("ambiguous")
                if entries:
                    return self._account(connection, entries[0])
        return None

    def rules(self, account: Account) -> Rules:
        with self._connections.service() as connection:
            rules = self._rules(connection, account)
            on_reset = rules.history if takes_hints(connection) else 0
            return replace(rules, history_on_reset=on_reset)

    def reset(
        self, anchor: str, password: str, *, must_change: bool = False, admit: Admit = anybody
    ) -> None:
        """Password, lock and, if wished, the duty to change it: one modify, so all or nothing."""
        changes: dict[str, Any] = {
            "unicodePwd": [(MODIFY_REPLACE, [_quoted(password)])],
            "lockoutTime": [(MODIFY_REPLACE, ["0"])],
        }
        _check_characters(password)
        if must_change:
            changes["pwdLastSet"] = [(MODIFY_REPLACE, ["0"])]
        with self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            controls = [_HINTS] if takes_hints(connection) else None
            self._modify(connection, account, changes, admit, password, controls)
            self._brake.forget(anchor)

    def change(self, anchor: str, password: str, *, current: str, admit: Admit = anybody) -> None:
        """Old and new in one modify: the server judges the old one, as it does for the person.

        Sent by the service account, because somebody whose password is due cannot bind.
        """
        changes = {
            "unicodePwd": [
                (MODIFY_DELETE, [_quoted(current)]),
                (MODIFY_ADD, [_quoted(password)]),
            ]
        }
        if not current or not is_sendable(current):
            raise Refused("wrong_current")
        _check_characters(password)
        with self._brake.turn(anchor), self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            rules = self._rules(connection, account)
            try:
                with self._brake.passing(account, rules, connection.server.name):
                    self._modify(connection, account, changes, admit, password, as_person=True)
            except Refused as refusal:
                if refusal.code not in {"wrong_current", "too_many_wrong"}:
                    self._brake.forget(anchor)
                raise
            self._brake.forget(anchor)

    def unlock(self, anchor: str, *, admit: Admit = anybody) -> None:
        with self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            changes = {"lockoutTime": [(MODIFY_REPLACE, ["0"])]}
            self._modify(connection, account, changes, admit)
            self._brake.forget(anchor)

    def changes(self, mark: str) -> Iterator[Item]:
        with self._connections.service() as connection:
            yield from active_directory_changes.read(connection, self._settings, mark)

    def _search(self, connection: Connection, condition: str) -> list[Mapping[str, Any]]:
        wanted = [*facts.NAMES, *facts.STATE]
        entries = found(connection, self._settings.base_dn, condition, wanted)
        return [one["raw_attributes"] for one in entries]

    def _held(self, connection: Connection, anchor: str) -> Account | None:
        raw = "".join(f"\\{byte:02x}" for byte in UUID(anchor).bytes_le)
        entries = self._search(connection, f"(&{_PEOPLE}(objectGUID={raw}))")
        return self._account(connection, entries[0]) if entries else None

    def _account(self, connection: Connection, raw: Mapping[str, Any]) -> Account:
        """Group membership is only told by the account itself, in a reading of its own."""
        told = entry(connection, first(raw, "distinguishedName"), ["tokenGroups"])
        return facts.account(raw, frozenset(map(facts.sid, told.get("tokenGroups", []))))

    def _found_own(self, connection: Connection) -> str:
        name = self._settings.bind_dn
        if "=" in name:
            raw = entry(connection, name, ["objectGUID"])
            return facts.anchor(raw) if raw.get("objectGUID") else ""
        named = (
            self._search(connection, one)
            for one in names.conditions(connection, self._settings.base_dn, name)
        )
        return next((facts.anchor(one[0]) for one in named if one), "")

    def _verdict(self, bound: Bound, account: Account) -> Verdict:
        code, text, _controls = bound
        if code == 0:
            return Verdict.RIGHT
        data = _SUB_CODE.search(text)
        if code != _WRONG:
            raise Away
        return _VERDICTS.get(data[1] if data else "", Verdict.WRONG)

    def _read_on_of_nobody(self, connection: Connection) -> None:
        """The groups, of the service account."""
        own = self._settings.bind_dn
        dn = own if "=" in own else self._settings.base_dn  # it may bind by another kind of name
        entry(connection, dn, ["tokenGroups"])

    def _modify(
        self,
        connection: Connection,
        account: Account,
        changes: dict[str, Any],
        admit: Admit,
        password: str = "",
        controls: list[Any] | None = None,
        *,
        as_person: bool = False,
    ) -> None:
        code, text = sent(connection, account.dn, changes, controls)
        if code == _NOBODY and self._is_elsewhere(connection, account):
            account = self._writable(connection, account.anchor, admit)
            code, text = sent(connection, account.dn, changes, controls)
        if code:
            reason = facts.reason_of(code, text, as_person=as_person)
            if reason in facts.UNSAID:
                rules = self._rules(connection, account)
                reason = facts.broken(rules, account, password, as_person=as_person) or reason
            raise Refused(reason, self._until(connection, account, reason))

    def _until(self, connection: Connection, account: Account, reason: str) -> datetime | None:
        """When a refusal ends by itself, where the server's own rules say it."""
        starts = {"locked": account.locked_at, "too_young": account.password_changed_at}
        began = starts.get(reason)
        if began is None:
            return None
        rules = self._rules(connection, account)
        lasts = rules.lockout_duration if reason == "locked" else rules.min_age
        return began + lasts if lasts else None

    def _rules(self, connection: Connection, account: Account) -> Rules:
        """A fine-grained policy where one applies, else the domain's."""
        if account.policy:
            return facts.rules(entry(connection, account.policy, facts.PSO), account.policy)
        if not self._domain:
            root = entry(connection, "", ["defaultNamingContext"])
            self._domain = first(root, "defaultNamingContext")
        return facts.rules(entry(connection, self._domain, facts.HEAD), "")


def takes_hints(connection: Connection) -> bool:
    """Does this server enforce history and age at a reset when asked to? Samba does not."""
    controls = entry(connection, "", ["supportedControl"]).get("supportedControl", [])
    return POLICY_HINTS.encode() in controls


def _quoted(password: str) -> bytes:
    """How a password is written: in quotation marks, as UTF-16 (MS-ADTS 3.1.1.3.1.5.1)."""
    return f'"{password}"'.encode("utf-16-le", "surrogatepass")


def _check_characters(password: str) -> None:
    """Raises Refused for what no domain takes."""
    if not is_sendable(password):
        raise Refused("characters")
    if len(_quoted(password)) > _LONGEST:
        raise Refused("too_long")
