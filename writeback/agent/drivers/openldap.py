"""OpenLDAP with password policies (slapo-ppolicy), by the password modify operation (RFC 3062)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ldap3 import MODIFY_REPLACE, Connection
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError
from ldap3.utils.conv import escape_filter_chars

from writeback.agent.answers import AnswerLost, Away, Refused, Verdict
from writeback.agent.drivers import openldap_changes, ppolicy
from writeback.agent.drivers.base import Account, Driver, Item, Rules
from writeback.agent.drivers.connections import Connections
from writeback.agent.drivers.lockout import LockoutBrake
from writeback.agent.drivers.ppolicy import Error
from writeback.agent.drivers.reading import entry, first, found
from writeback.agent.drivers.writing import sent
from writeback.agent.settings import LdapSettings

_PEOPLE = "(objectClass=person)"
_ATTRIBUTES = (
    "entryUUID",
    "uid",
    "mail",
    "pwdAccountLockedTime",
    "pwdChangedTime",
    "pwdFailureTime",
    "pwdHistory",
    "pwdReset",
    "pwdPolicySubentry",
)
_UNLOCKED: dict[str, Any] = {"pwdAccountLockedTime": [(MODIFY_REPLACE, [])]}
_FORGIVEN: dict[str, Any] = {"pwdFailureTime": [(MODIFY_REPLACE, [])]}
_NO_RELAXING = {12, 19, 50}  # control unknown, no modification allowed, no right


class OpenLdap(Driver):
    """A tree of an OpenLDAP server, through TLS."""

    kind = "openldap"

    def __init__(self, settings: LdapSettings) -> None:
        self._settings = settings
        self._connections = Connections(settings)
        self._brake = LockoutBrake(patience=settings.receive_timeout)

    def reach(self) -> None:
        with self._connections.service():
            pass

    def find(self, name: str) -> Account | None:
        plain = escape_filter_chars(name.rpartition("\\")[2])
        with self._connections.service() as connection:
            entries = self._search(connection, f"(&{_PEOPLE}(|(uid={plain})(mail={plain})))")
            if len(entries) > 1:
                raise Refused("ambiguous")
            return self._account(connection, entries[0]) if entries else None

    def account(self, anchor: str) -> Account | None:
        with self._connections.service() as connection:
            return self._held(connection, anchor)

    def rules(self, account: Account) -> Rules:
        with self._connections.service() as connection:
            return self._rules(connection, account.dn)

    def verify(self, anchor: str, password: str) -> Verdict:
        with self._brake.turn(anchor), self._connections.service() as connection:
            account = self._held(connection, anchor)
            if account is None or not password:
                return Verdict.WRONG
            if account.locked:
                return Verdict.LOCKED
            self._brake.let_pass(account, self._rules(connection, account.dn))
            code, _text, controls = self._connections.bind(
                connection.server, account.dn, password, controls=[ppolicy.REQUEST]
            )
            verdict = _verdict(code, ppolicy.error_in(controls), account)
            if verdict is not Verdict.WRONG:
                self._brake.forget(anchor)
            return verdict

    def reset(self, anchor: str, password: str, *, must_change: bool = False) -> None:
        """The server lifts the lock with it. The duty to change is an attribute of its own."""
        with self._connections.service() as connection:
            account = self._writable(connection, anchor)
            self._set(connection, account, self._rules(connection, account.dn), password)
            self._brake.forget(anchor)
            if must_change:
                flag = {"pwdReset": [(MODIFY_REPLACE, ["TRUE"])]}
                sent(connection, account.dn, flag)

    def change(self, anchor: str, password: str, *, current: str) -> None:
        """As the person: bound with the current password, which the server so judges."""
        if not current:
            raise Refused("wrong_current")
        with self._brake.turn(anchor), self._connections.service() as connection:
            account = self._writable(connection, anchor)
            rules = self._rules(connection, account.dn)
            self._brake.let_pass(account, rules)
            server = connection.server
            with self._connections.person(server, account.dn, current, [ppolicy.REQUEST]) as bound:
                code, text = bound.result["result"], str(bound.result["message"])
                controls = bound.result.get("controls") or {}
                if code:
                    reason = ppolicy.reason_of(code, text, controls)
                    raise Refused("wrong_current" if reason == "refused" else reason)
                self._brake.forget(anchor)
                self._set(bound, account, rules, password, current)

    def unlock(self, anchor: str) -> None:
        """Where we may, the wrong passwords are forgotten, too: with an unlock alone they stay, and
        the next one locks again."""
        with self._connections.service() as connection:
            account = self._writable(connection, anchor)
            code, text = sent(connection, account.dn, _UNLOCKED | _FORGIVEN, [ppolicy.RELAX])
            if code in _NO_RELAXING:
                code, text = sent(connection, account.dn, _UNLOCKED)
            if code:
                raise Refused(ppolicy.reason_of(code, text, {}))
            self._brake.forget(anchor)

    def changes(self, mark: str) -> Iterator[Item]:
        with self._connections.service() as connection:
            yield from openldap_changes.read(connection, self._settings, mark)

    def close(self) -> None:
        self._connections.close()

    def _search(self, connection: Connection, condition: str) -> list[dict[str, Any]]:
        return found(connection, self._settings.base_dn, condition, _ATTRIBUTES)

    def _held(self, connection: Connection, anchor: str) -> Account | None:
        condition = f"(&{_PEOPLE}(entryUUID={escape_filter_chars(anchor)}))"
        entries = self._search(connection, condition)
        return self._account(connection, entries[0]) if entries else None

    def _account(self, connection: Connection, one: dict[str, Any]) -> Account:
        raw, dn = one["raw_attributes"], str(one["dn"])
        locked, rules = first(raw, "pwdAccountLockedTime"), self._rules(connection, dn)
        changed, locked_at = ppolicy.moment(first(raw, "pwdChangedTime")), ppolicy.moment(locked)
        lasts = rules.lockout_duration
        over = locked_at and lasts and locked_at + lasts <= datetime.now(UTC)
        return Account(
            anchor=first(raw, "entryUUID"),
            dn=dn,
            name=first(raw, "uid") or first(raw, "mail"),
            locked=bool(locked and not over),
            locked_at=locked_at,
            must_change=first(raw, "pwdReset") == "TRUE",
            protected=dn.lower() == self._settings.bind_dn.lower(),
            password_changed_at=changed,
            password_expires_at=changed + rules.max_age if changed and rules.max_age else None,
            wrong_at=ppolicy.moments(raw.get("pwdFailureTime", [])),
            witness=ppolicy.witness(raw),
        )

    def _writable(self, connection: Connection, anchor: str) -> Account:
        account = self._held(connection, anchor)
        if account is None:
            raise Refused("gone")
        if account.protected:
            raise Refused("protected")
        return account

    @staticmethod
    def _set(
        connection: Connection,
        account: Account,
        rules: Rules,
        password: str,
        current: str | None = None,
    ) -> None:
        """The password modify operation, once."""
        try:
            connection.extend.standard.modify_password(
                account.dn,
                current.encode() if current is not None else None,  # bytes are not normalised
                password.encode(),
                controls=[ppolicy.REQUEST],
            )
        except LDAPSocketOpenError as error:
            raise Away from error
        except (LDAPException, OSError) as error:
            raise AnswerLost from error
        code, text = connection.result["result"], str(connection.result["message"])
        if not code:
            return
        reason = ppolicy.reason_of(code, text, connection.result.get("controls") or {})
        began, lasts = account.password_changed_at, rules.min_age
        until = began + lasts if reason == "too_young" and began and lasts else None
        raise Refused(reason, until)

    def _rules(self, connection: Connection, dn: str) -> Rules:
        """The policy an account names, else the one the configuration names for all others."""
        own = entry(connection, dn, ["pwdPolicySubentry"])
        place = first(own, "pwdPolicySubentry") or self._settings.default_policy_dn
        return ppolicy.rules(entry(connection, place, ["*"]) if place else {}, place)


def _verdict(code: int, error: Error | None, account: Account) -> Verdict:
    if code == 0:
        is_due = account.must_change or error is Error.CHANGE_AFTER_RESET
        return Verdict.MUST_CHANGE if is_due else Verdict.RIGHT
    told = {Error.ACCOUNT_LOCKED: Verdict.LOCKED, Error.PASSWORD_EXPIRED: Verdict.EXPIRED}
    return told.get(error, Verdict.WRONG) if error is not None else Verdict.WRONG
