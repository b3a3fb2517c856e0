"""What the agent is told by its environment.

No address and no secret of it ever reaches the portal; names of entries do, in what the doctor
finds.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

KINDS = ("active_directory", "openldap")


class WrongSettings(Exception):
    """The environment does not make an agent; says every fault, and no secret."""


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """How to reach a directory server. ``urls`` in the order of preference, ``ldaps://`` only, or
    ``ldap://`` which is turned into TLS (StartTLS) before anything is sent. Times in seconds."""

    kind: str
    urls: tuple[str, ...]
    base_dn: str
    bind_dn: str
    bind_password: str
    ca_file: str = ""
    connect_timeout: int = 5
    receive_timeout: int = 10
    mail_attribute: str = "mail"
    alternate_email_attribute: str = ""
    default_policy_dn: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Reads LDAP_KIND, LDAP_URLS, LDAP_CA_FILE, LDAP_BASE_DN, LDAP_BIND_DN and
        LDAP_BIND_PASSWORD (or …_FILE); raises WrongSettings."""
        faults = [
            f"{name} is missing"
            for name in ("LDAP_KIND", "LDAP_URLS", "LDAP_BASE_DN", "LDAP_BIND_DN")
            if not environment.get(name)
        ]
        kind = environment.get("LDAP_KIND", "")
        if kind and kind not in KINDS:
            faults.append(f"LDAP_KIND is one of {', '.join(KINDS)}")
        urls = tuple(environment.get("LDAP_URLS", "").replace(",", " ").split())
        if not all(url.startswith(("ldaps://", "ldap://")) for url in urls):
            faults.append("LDAP_URLS start with ldaps:// (or ldap://, for StartTLS)")
        password = secret(environment, "LDAP_BIND_PASSWORD")
        if not password:
            faults.append("LDAP_BIND_PASSWORD or LDAP_BIND_PASSWORD_FILE is missing")
        if faults:
            raise WrongSettings("; ".join(faults))
        return cls(
            kind=kind,
            urls=urls,
            base_dn=environment["LDAP_BASE_DN"],
            bind_dn=environment["LDAP_BIND_DN"],
            bind_password=password,
            ca_file=environment.get("LDAP_CA_FILE", ""),
            mail_attribute=environment.get("LDAP_MAIL_ATTRIBUTE", "mail"),
            alternate_email_attribute=environment.get("LDAP_ALTERNATE_EMAIL_ATTRIBUTE", ""),
            default_policy_dn=environment.get("LDAP_DEFAULT_POLICY_DN", ""),
        )

    @property
    def contacts(self) -> dict[str, str]:
        """Which attribute tells each of the contact data that synchronisation carries."""
        told = {
            "mail": self.mail_attribute,
            "mobile": "mobile",
            "office_phone": "telephoneNumber",
            "alternate_email": self.alternate_email_attribute,
        }
        return {name: attribute for name, attribute in told.items() if attribute}

    def __repr__(self) -> str:
        return f"LdapSettings({self.kind}, {len(self.urls)} servers)"


def secret(environment: Mapping[str, str], name: str) -> str:
    """A secret, from the variable or from the file that ``NAME_FILE`` names; empty for none."""
    path = environment.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise WrongSettings(f"{name}_FILE cannot be read ({error.strerror})") from error
    return environment.get(name, "")
