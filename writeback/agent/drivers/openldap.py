"""OpenLDAP with password policies (slapo-ppolicy), by the password modify operation (RFC 3062)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ldap3 import MODIFY_REPLACE, Connection
from ldap3.utils.conv import escape_filter_chars

from writeback.agent.answers import AnswerLost, Away, Refused, Verdict
from writeback.agent.drivers import openldap_changes, ppolicy
from writeback.agent.drivers.base import Account, Admit, Item, Rules, anybody, is_sendable
from writeback.agent.drivers.connections import Bound, bound_of
from writeback.agent.drivers.judging import JudgingDriver
from writeback.agent.drivers.ppolicy import Error
from writeback.agent.drivers.reading import entry, first, found
from writeback.agent.drivers.writing import passed, sent

_PEOPLE = "(objectClass=person)"
_ATTRIBUTES = (
    "entryUUID",
    "uid",
    "mail",
    "pwdAccountLockedTime",
    "pwdStartTime",
    "pwdEndTime",
    "pwdChangedTime",
    "pwdFailureTime",
    "pwdHistory",
    "pwdReset",
    "pwdPolicySubentry",
)
_UNLOCKED: dict[str, Any] = {"pwdAccountLockedTime": [(MODIFY_REPLACE, [])]}
_FORGIVEN: dict[str, Any] = {"pwdFailureTime": [(MODIFY_REPLACE, [])]}
_WRONG = {48, 49}  # no password to compare with, invalid credentials
_NOBODY = 32  # no such object
_NO_RELAXING = {12, 19, 50}  # control unknown, no modification allowed, no right


class OpenLdap(JudgingDriver):
    """A tree of an OpenLDAP server, through TLS."""

    kind = "openldap"
    bind_controls = (ppolicy.REQUEST,)
    tells_disabled = False

    def find(self, name: str) -> Account | None:
        if not is_sendable(name):
            return None
        plain = escape_filter_chars(name.rpartition("\\")[2])
        with self._connections.service() as connection:
            entries = self._search(connection, f"(&{_PEOPLE}(|(uid={plain})(mail={plain})))")
            if len(entries) > 1:
                raise Refused("ambiguous")
            return self._account(connection, entries[0]) if entries else None

    def reset(
        self, anchor: str, password: str, *, must_change: bool = False, admit: Admit = anybody
    ) -> None:
        """The server lifts the lock with it. The duty to change is an attribute of its own."""
        with self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            if must_change:  # may we? Nothing changes yet
                self._require_change(connection, account, account.must_change)
            rules = self._rules(connection, account)
            self._set(connection, account, rules, password, admit)
            self._brake.forget(anchor)
            if must_change:
                try:
                    self._require_change(connection, account, True)
                except (Refused, Away) as error:
                    raise AnswerLost from error  # half of it was done

    def change(self, anchor: str, password: str, *, current: str, admit: Admit = anybody) -> None:
        """As the person: bound with the current password, which the server so judges. One that has
        expired is judged, too, but lets nobody in: the service account then sets the new one."""
        if not current or not is_sendable(current):
            raise Refused("wrong_current")
        with self._brake.turn(anchor), self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            rules, server = self._rules(connection, account), connection.server
            with (
                self._brake.passing(account, rules, server.name),
                self._connections.person(server, account.dn, current, self.bind_controls) as bound,
            ):
                verdict = self._verdict(bound_of(bound), account)
                if verdict is Verdict.LOCKED:
                    raise Refused("locked")
                if verdict is Verdict.WRONG and self._is_elsewhere(connection, account):
                    raise Away
                if verdict is Verdict.WRONG:
                    raise Refused("wrong_current")
                self._brake.forget(anchor)
                if verdict is Verdict.EXPIRED:
                    self._set(connection, account, rules, password, admit)
                else:
                    self._set(bound, account, rules, password, admit, current)

    def unlock(self, anchor: str, *, admit: Admit = anybody) -> None:
        """Where we may, the wrong passwords are forgotten, too: with an unlock alone they stay, and
        the next one locks again."""
        with self._connections.service() as connection:
            account = self._writable(connection, anchor, admit)
            code, text = sent(connection, account.dn, _UNLOCKED | _FORGIVEN, [ppolicy.RELAX])
            if code in _NO_RELAXING:
                code, text = sent(connection, account.dn, _UNLOCKED)
            if code:
                raise Refused(ppolicy.reason_of(code, text, {}))
            self._brake.forget(anchor)

    def changes(self, mark: str) -> Iterator[Item]:
        with self._connections.service() as connection:
            yield from openldap_changes.read(connection, self._settings, mark)

    def _search(self, connection: Connection, condition: str) -> list[dict[str, Any]]:
        return found(connection, self._settings.base_dn, condition, _ATTRIBUTES)

    def _held(self, connection: Connection, anchor: str) -> Account | None:
        condition = f"(&{_PEOPLE}(entryUUID={escape_filter_chars(anchor)}))"
        entries = self._search(connection, condition)
        return self._account(connection, entries[0]) if entries else None

    def _account(self, connection: Connection, one: dict[str, Any]) -> Account:
        raw, dn = one["raw_attributes"], str(one["dn"])
        policy = first(raw, "pwdPolicySubentry") or self._settings.default_policy_dn
        locked, rules = first(raw, "pwdAccountLockedTime"), _policy(connection, policy)
        changed, locked_at = ppolicy.moment(first(raw, "pwdChangedTime")), ppolicy.moment(locked)
        expires = changed + rules.max_age if changed and rules.max_age else None
        lasts = rules.lockout_duration
        over = locked_at and lasts and locked_at + lasts <= datetime.now(UTC)
        return Account(
            anchor=first(raw, "entryUUID"),
            dn=dn,
            name=first(raw, "uid") or first(raw, "mail"),
            enabled=ppolicy.is_enabled(raw),
            locked=bool(locked and not over),
            locked_at=locked_at,
            must_change=first(raw, "pwdReset") == "TRUE",
            expired=expires is not None and expires <= datetime.now(UTC),
            protected=dn.lower() == self._settings.bind_dn.lower(),
            password_changed_at=changed,
            password_expires_at=expires,
            policy=policy,
            wrong_at=ppolicy.moments(raw.get("pwdFailureTime", [])),
            witness=ppolicy.witness(raw),
        )

    def _found_own(self, connection: Connection) -> str:
        return first(entry(connection, self._settings.bind_dn, ["entryUUID"]), "entryUUID")

    def _verdict(self, bound: Bound, account: Account) -> Verdict:
        code, _text, controls = bound
        error = ppolicy.error_in(controls)
        if code == 0:
            is_due = account.must_change or error is Error.CHANGE_AFTER_RESET
            return Verdict.MUST_CHANGE if is_due else Verdict.RIGHT
        told = {Error.ACCOUNT_LOCKED: Verdict.LOCKED, Error.PASSWORD_EXPIRED: Verdict.EXPIRED}
        if error in told:
            return told[error]
        if code not in _WRONG:
            raise Away
        return Verdict.WRONG

    def _read_on_of_nobody(self, connection: Connection) -> None:
        """The rules, those of everybody."""
        _policy(connection, self._settings.default_policy_dn)

    @staticmethod
    def _require_change(connection: Connection, account: Account, due: bool) -> None:
        flag = {"pwdReset": [(MODIFY_REPLACE, ["TRUE"] if due else [])]}
        code, text = sent(connection, account.dn, flag)
        if code:
            raise Refused(ppolicy.reason_of(code, text, {}))

    def _set(
        self,
        connection: Connection,
        account: Account,
        rules: Rules,
        password: str,
        admit: Admit,
        current: str | None = None,
    ) -> None:
        """The password modify operation, once."""
        if not is_sendable(password):
            raise Refused("characters")
        code, text = passed(connection, account.dn, password, current, [ppolicy.REQUEST])
        if code == _NOBODY and current is not None:
            raise Away  # moved or gone since the bind: who comes again is told which
        if code == _NOBODY and self._is_elsewhere(connection, account):
            account = self._writable(connection, account.anchor, admit)
            code, text = passed(connection, account.dn, password, None, [ppolicy.REQUEST])
        if not code:
            return
        reason = ppolicy.reason_of(code, text, connection.result.get("controls") or {})
        began, lasts = account.password_changed_at, rules.min_age
        until = began + lasts if reason == "too_young" and began and lasts else None
        raise Refused(reason, until)

    def _rules(self, connection: Connection, account: Account) -> Rules:
        return _policy(connection, account.policy)


def _policy(connection: Connection, dn: str) -> Rules:
    """The rules of a policy by its name; unreadable where there is none."""
    return ppolicy.rules(entry(connection, dn, ["*"]) if dn else {}, dn)
