"""Lines that give a service account what it lacks, for an administrator to run as they stand."""

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

from writeback.agent.doctor.descriptors import RESET_PASSWORD

_USER = "bf967aba-0de6-11d0-a285-00aa003049e2"  # objects of class user
_FIRST_NAME = re.compile(r"^(?:\\.|[^\\,])*,")
SETTINGS_CONTAINER = "CN=Password Settings Container,CN=System"


class Right(StrEnum):
    """What a service account has to be able to do with a person."""

    RESET = "reset"
    UNLOCK = "unlock"
    MUST_CHANGE = "must_change"


@dataclass(frozen=True, slots=True)
class Trustee:
    """A service account: its SID, and the name that ``dsacls`` takes."""

    sid: str
    name: str


_WINDOWS = {
    Right.RESET: "CA;Reset Password",
    Right.UNLOCK: "RPWP;lockoutTime",
    Right.MUST_CHANGE: "RPWP;pwdLastSet",
}
_SDDL = {
    Right.RESET: f"CR;{RESET_PASSWORD}",
    Right.UNLOCK: "RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1",
    Right.MUST_CHANGE: "RPWP;bf967a0a-0de6-11d0-a285-00aa003049e2",
}
_ATTRIBUTES = {
    Right.RESET: ("userPassword", "=w"),
    Right.UNLOCK: ("pwdAccountLockedTime", "=rscw"),
    Right.MUST_CHANGE: ("pwdReset", "=rscw"),
}


def parent(dn: str) -> str:
    """What an entry lies in; a comma within a name is escaped (RFC 4514 2.4)."""
    return _FIRST_NAME.sub("", dn)


def for_unit(right: Right, trustee: Trustee, unit: str) -> tuple[str, ...]:
    """A right over every person below a unit, by Windows' tool and by Samba's."""
    entry = f"(OA;CIIO;{_SDDL[right]};{_USER};{trustee.sid})"
    return (
        f'dsacls {_quoted(unit)} /I:S /G "{trustee.name}:{_WINDOWS[right]};user"',
        _samba(unit, entry),
    )


def for_person(right: Right, trustee: Trustee, dn: str) -> tuple[str, ...]:
    """A right over one person, to whom nothing comes down from the unit."""
    return (
        f'dsacls {_quoted(dn)} /G "{trustee.name}:{_WINDOWS[right]}"',
        _samba(dn, f"(OA;;{_SDDL[right]};;{trustee.sid})"),
    )


def to_look_at(dn: str) -> tuple[str, ...]:
    """The list itself: a denial by name has to be found and taken out by somebody who thinks."""
    return (f"dsacls {_quoted(dn)}", f"samba-tool dsacl get --objectdn={shlex.quote(dn)}")


def for_settings(trustee: Trustee, domain: str) -> tuple[str, ...]:
    """Reading fine-grained password policies."""
    container = f"{SETTINGS_CONTAINER},{domain}"
    return (
        f'dsacls {_quoted(container)} /I:T /G "{trustee.name}:GR"',
        _samba(container, f"(A;CI;GR;;;{trustee.sid})"),
    )


def for_slapd(right: Right, account: str, unit: str) -> tuple[str, ...]:
    """An access rule of OpenLDAP, which has to stand before the others and leaves everybody else
    to them: the line of ``slapd.conf``, and the change of ``cn=config``."""
    attribute, level = _ATTRIBUTES[right]
    return _slapd(f'dn.subtree="{_escaped(unit)}" attrs={attribute}', account, level)


def for_slapd_entry(account: str, dn: str) -> tuple[str, ...]:
    """Reading one entry, such as a password policy."""
    return _slapd(f'dn.base="{_escaped(dn)}"', account, "read")


def for_limits(account: str) -> tuple[str, ...]:
    """Being shown everybody."""
    rule = f'dn.exact="{_escaped(account)}" size=unlimited time=unlimited'
    return f"limits {rule}", f"olcLimits: {{0}}{rule}"


def _slapd(what: str, account: str, level: str) -> tuple[str, ...]:
    rule = f'to {what} by dn.exact="{_escaped(account)}" {level} by * break'
    return f"access {rule}", f"olcAccess: {{0}}{rule}"


def _samba(dn: str, entry: str) -> str:
    return f"samba-tool dsacl set --objectdn={shlex.quote(dn)} --sddl={shlex.quote(entry)}"


def _quoted(dn: str) -> str:
    """A name as one word of a Windows command line."""
    return '"{}"'.format(dn.replace('\\"', "\\22").replace('"', "\\22"))


def _escaped(dn: str) -> str:
    """A name between the quotation marks of ``slapd.conf``."""
    return dn.replace("\\", "\\\\").replace('"', '\\"')
