"""Reading what Active Directory says: moments, states, rules, and why it refused."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from writeback.agent.drivers.base import Account, Rules
from writeback.agent.drivers.reading import first, number

NAMES = ("objectGUID", "distinguishedName", "sAMAccountName", "userPrincipalName", "displayName")
STATE = (
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "lockoutTime",
    "pwdLastSet",
    "msDS-UserPasswordExpiryTimeComputed",
    "accountExpires",
    "adminCount",
    "objectSid",
    "msDS-KeyVersionNumber",
    "msDS-ResultantPSO",
    "badPwdCount",
    "badPasswordTime",
)
HEAD = (
    "minPwdLength",
    "pwdHistoryLength",
    "minPwdAge",
    "maxPwdAge",
    "pwdProperties",
    "lockoutThreshold",
    "lockoutDuration",
    "lockOutObservationWindow",
)
PSO = (
    "msDS-MinimumPasswordLength",
    "msDS-PasswordHistoryLength",
    "msDS-MinimumPasswordAge",
    "msDS-MaximumPasswordAge",
    "msDS-PasswordComplexityEnabled",
    "msDS-LockoutThreshold",
    "msDS-LockoutDuration",
    "msDS-LockoutObservationWindow",
)
# Accounts that could hand out rights (MS-DTYP 2.4.2.4): in the domain, and built in. Windows keeps
# delegated rights off them by itself (AdminSDHolder); Samba does not.
_POWERFUL = {"512", "516", "517", "518", "519", "520", "521", "526", "527"}
_BUILT_IN = {"544", "548", "549", "550", "551", "552"}
_POWERFUL_ACCOUNTS = {"500", "502"}
_DISABLED, _LOCKED, _MUST_CHANGE = 0x2, 0x10, 0x800000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = {0, 0x7FFFFFFFFFFFFFFF}
_MANY = 1000  # no threshold is higher
UNSAID = frozenset({"policy"})
_CODES = {"00000056": "wrong_current", "80070056": "wrong_current", "00000775": "locked"}
_TEXTS = (
    (re.compile(r"too short", re.IGNORECASE), "too_short"),
    (re.compile(r"complexity", re.IGNORECASE), "complexity"),
    (re.compile(r"already used|in history|previous password", re.IGNORECASE), "in_history"),
    (re.compile(r"too young", re.IGNORECASE), "too_young"),
)
_DENIED = re.compile(r"in module acl\b")  # how Samba refuses a change that nobody may make
_HEAD_CODE = re.compile(r"^\s*([0-9A-Fa-f]{8})\b")


def moment(ticks: int) -> datetime | None:
    """A moment from 100-nanosecond ticks since 1601 (FILETIME); None for never."""
    if ticks in _NEVER or ticks < 0:
        return None
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def span(ticks: int) -> timedelta | None:
    """A duration, which Active Directory writes as a negative number of ticks; None for ever."""
    if ticks == -0x8000000000000000:
        return None
    return timedelta(microseconds=-ticks // 10)


def sid(raw: bytes) -> str:
    """A security identifier as text, ``S-1-5-21-…`` (MS-DTYP 2.4.2.2)."""
    authority = int.from_bytes(raw[2:8], "big")
    parts = [int.from_bytes(raw[8 + 4 * n : 12 + 4 * n], "little") for n in range(raw[1])]
    return "-".join(["S", str(raw[0]), str(authority), *map(str, parts)])


def anchor(raw: Mapping[str, Any]) -> str:
    """What the domain itself calls an account, whatever its name is."""
    return str(UUID(bytes_le=bytes(raw["objectGUID"][0])))


def account(raw: Mapping[str, Any], groups: frozenset[str]) -> Account:
    """An account as its raw attributes tell it."""
    flags = number(raw, "userAccountControl") | number(raw, "msDS-User-Account-Control-Computed")
    expires = moment(number(raw, "accountExpires"))
    locked_at = moment(number(raw, "lockoutTime"))
    return Account(
        anchor=anchor(raw),
        dn=first(raw, "distinguishedName"),
        name=first(raw, "userPrincipalName") or first(raw, "sAMAccountName"),
        enabled=not flags & _DISABLED and (expires is None or expires > datetime.now(UTC)),
        locked=bool(flags & _LOCKED),
        locked_at=locked_at if flags & _LOCKED else None,
        must_change=number(raw, "pwdLastSet") == 0,
        expired=bool(flags & _MUST_CHANGE) and number(raw, "pwdLastSet") != 0,
        protected=_is_powerful(raw, groups),
        password_changed_at=moment(number(raw, "pwdLastSet")),
        password_expires_at=moment(number(raw, "msDS-UserPasswordExpiryTimeComputed")),
        groups=groups,
        policy=first(raw, "msDS-ResultantPSO"),
        wrong_at=_wrong(raw),
        witness=first(raw, "msDS-KeyVersionNumber"),
    )


def rules(raw: Mapping[str, Any], granular: str) -> Rules:
    """The rules of the domain, or of a fine-grained policy; unreadable where nothing is shown."""
    names = PSO if granular else HEAD
    length, history, min_age, max_age, complexity, threshold, duration, window = names
    if not raw.get(length):
        return Rules("unreadable")
    mixed = number(raw, complexity) & 1 if not granular else first(raw, complexity) == "TRUE"
    return Rules(
        source=f"pso:{granular.partition(',')[0].partition('=')[2]}" if granular else "domain",
        min_length=number(raw, length),
        history=number(raw, history),
        min_age=span(number(raw, min_age)),
        max_age=span(number(raw, max_age)),
        complexity=bool(mixed),
        lockout_threshold=number(raw, threshold),
        lockout_duration=span(number(raw, duration)),
        lockout_window=span(number(raw, window)),
    )


def reason_of(code: int, text: str, *, as_person: bool = False) -> str:
    """Why a change was refused: a key of ``writeback.reasons``. What somebody may not do as a
    person is a wish of the domain's; what we may not do for them, a right that we lack."""
    head = _HEAD_CODE.match(text)
    known = _CODES.get(head[1].upper()) if head else None
    if known:
        return known
    if as_person and (code == 50 or _DENIED.search(text)):
        return "may_not_change"
    if code == 50:
        return "no_right"
    if code == 32:
        return "gone"
    if head and head[1].upper() == "0000052D":
        return next((reason for told, reason in _TEXTS if told.search(text)), "policy")
    return "refused"


def broken(found: Rules, owner: Account, password: str, *, as_person: bool = False) -> str:
    """Which rule a password breaks that was refused without saying why; empty when the rules that
    can be read all hold, which leaves the history and filters that nobody outside can read. Only
    who changes a password as a person is too early for another one."""
    changed, lasts = owner.password_changed_at, found.min_age
    if as_person and changed and lasts and datetime.now(UTC) < changed + lasts:
        return "too_young"
    if found.min_length is not None and len(password) < found.min_length:
        return "too_short"
    if found.complexity and not is_complex(password, owner.name):
        return "complexity"
    return ""


def is_complex(password: str, name: str) -> bool:
    """Three of five kinds of characters, and not the account's name (MS-SAMR 3.1.1.7.1)."""
    kinds = (
        any(c.isupper() for c in password),
        any(c.islower() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() for c in password),
        any(c.isalpha() and not c.isupper() and not c.islower() for c in password),
    )
    own = name.partition("@")[0].lower()
    return sum(kinds) >= 3 and not (len(own) >= 3 and own in password.lower())


def _wrong(raw: Mapping[str, Any]) -> tuple[datetime, ...]:
    """The server tells how many, and when the last was: all of them are forgotten together."""
    last = moment(number(raw, "badPasswordTime"))
    return (last,) * min(number(raw, "badPwdCount"), _MANY) if last else ()


def _is_powerful(raw: Mapping[str, Any], groups: frozenset[str]) -> bool:
    own = sid(bytes(raw["objectSid"][0])).rpartition("-")[2] if raw.get("objectSid") else ""
    rids = {group.rpartition("-")[2] for group in groups if group.startswith("S-1-5-21-")}
    built_in = {group.rpartition("-")[2] for group in groups if group.startswith("S-1-5-32-")}
    return bool(
        number(raw, "adminCount") == 1
        or own in _POWERFUL_ACCOUNTS
        or rids & _POWERFUL
        or built_in & _BUILT_IN
    )
