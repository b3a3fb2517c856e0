"""Password policies of LDAP directories (draft-behera-ldap-password-policy-10): what the response
control says, and what the operational attributes of an account and its policy mean."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from writeback.agent.drivers.base import Rules
from writeback.agent.drivers.reading import first

CONTROL = "1.3.6.1.4.1.42.2.27.8.5.1"
REQUEST = (CONTROL, False, None)
RELAX = ("1.3.6.1.4.1.4203.666.5.12", True, None)  # what only servers write may be written
FOR_EVER = "000001010000Z"  # locked until somebody lifts it
_SEQUENCE, _ERROR_TAG = 0x30, 0x81


class Error(IntEnum):
    """Why, as the response control says it (section 6.2)."""

    PASSWORD_EXPIRED = 0
    ACCOUNT_LOCKED = 1
    CHANGE_AFTER_RESET = 2
    PASSWORD_MOD_NOT_ALLOWED = 3
    MUST_SUPPLY_OLD_PASSWORD = 4
    INSUFFICIENT_PASSWORD_QUALITY = 5
    PASSWORD_TOO_SHORT = 6
    PASSWORD_TOO_YOUNG = 7
    PASSWORD_IN_HISTORY = 8


REASONS = {
    Error.PASSWORD_EXPIRED: "expired",
    Error.ACCOUNT_LOCKED: "locked",
    Error.PASSWORD_MOD_NOT_ALLOWED: "may_not_change",
    Error.MUST_SUPPLY_OLD_PASSWORD: "wrong_current",
    Error.INSUFFICIENT_PASSWORD_QUALITY: "quality",
    Error.PASSWORD_TOO_SHORT: "too_short",
    Error.PASSWORD_TOO_YOUNG: "too_young",
    Error.PASSWORD_IN_HISTORY: "in_history",
}
_TEXTS = {
    "in history": "in_history",
    "too young": "too_young",
    "unwilling to verify old password": "wrong_current",
    "quality": "quality",
}
_CODES = {50: "no_right", 32: "gone"}


def error_in(controls: Mapping[str, Any]) -> Error | None:
    """The error of a response control: ``SEQUENCE { [0] warning?, [1] error? }``."""
    raw = bytes((controls.get(CONTROL) or {}).get("value") or b"")
    tag, body, _rest = _element(raw)
    body = body if tag == _SEQUENCE else b""
    while body:
        tag, content, body = _element(body)
        if tag == _ERROR_TAG and len(content) == 1:
            return Error(content[0]) if content[0] <= max(Error) else None
    return None


def _element(raw: bytes) -> tuple[int, bytes, bytes]:
    """The first element: its tag, its content, and what follows. Lengths in either form (X.690)."""
    if len(raw) < 2:
        return 0, b"", b""
    size, at = raw[1], 2
    if size & 0x80:
        at += size & 0x7F
        size = int.from_bytes(raw[2:at], "big")
    return raw[0], raw[at : at + size], raw[at + size :]


def reason_of(code: int, text: str, controls: Mapping[str, Any]) -> str:
    """Why a change was refused: a key of ``writeback.reasons``."""
    error = error_in(controls)
    if error in REASONS:
        return REASONS[error]
    if code in _CODES:
        return _CODES[code]
    told = text.lower()
    return next((reason for words, reason in _TEXTS.items() if words in told), "refused")


def moment(text: str) -> datetime | None:
    """Generalized time (RFC 4517 3.3.13) in UTC, as servers write it; None for none or for ever."""
    if not text or text == FOR_EVER:
        return None
    digits = text.rstrip("Z").partition(".")[0]
    try:
        return datetime.strptime(digits.ljust(14, "0")[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def moments(values: Iterable[bytes]) -> tuple[datetime, ...]:
    """Several of them, as far as they can be read."""
    found = (moment(value.decode("ascii", "replace")) for value in values)
    return tuple(one for one in found if one)


def witness(raw: Mapping[str, Any]) -> str:
    """When the password was written, and when each former one was: moments are whole seconds, and
    two writings within one of them differ in the history alone. No hash is taken over."""
    former = sorted(bytes(value).partition(b"#")[0] for value in raw.get("pwdHistory", []))
    return b" ".join([*raw.get("pwdChangedTime", []), *former]).decode("ascii", "replace")


def is_enabled(raw: Mapping[str, Any]) -> bool:
    """Not locked for ever, which no wrong password does, and within its time."""
    now = datetime.now(UTC)
    starts, ends = (moment(first(raw, name)) for name in ("pwdStartTime", "pwdEndTime"))
    in_time = (starts is None or starts <= now) and (ends is None or now < ends)
    return in_time and first(raw, "pwdAccountLockedTime") != FOR_EVER


def rules(raw: Mapping[str, Any], place: str) -> Rules:
    """The rules of a policy entry, or unreadable."""
    values = {name.lower(): value for name, value in raw.items()}

    def number(name: str) -> int | None:
        found = values.get(name.lower())
        return int(found[0]) if found else None

    def span(name: str) -> timedelta | None:
        seconds = number(name)
        return timedelta(seconds=seconds) if seconds else None

    if not place or "pwdattribute" not in values:
        return Rules("unreadable")
    locks = (values.get("pwdlockout") or [b"FALSE"])[0] == b"TRUE"
    return Rules(
        source=f"ppolicy:{place}",
        min_length=number("pwdMinLength"),
        history=number("pwdInHistory"),
        history_on_reset=number("pwdInHistory"),
        min_age=span("pwdMinAge"),
        max_age=span("pwdMaxAge"),
        lockout_threshold=(number("pwdMaxFailure") or 0) if locks else 0,
        lockout_duration=span("pwdLockoutDuration"),
        lockout_window=span("pwdFailureCountInterval"),
    )
