"""What a password rule is, and what the rules know about the person who chooses."""

import re
from dataclasses import dataclass
from typing import Protocol

MAX_LENGTH = 256  # code points
_APART = re.compile(r"[\W\d_]+")


class Rule(Protocol):
    """One rule of a password, told before typing and named when it is broken."""

    @property
    def code(self) -> str:
        """The name of the rule, for forms and the audit trail."""

    @property
    def text(self) -> str:
        """What the rule asks for, translated."""

    @property
    def live(self) -> dict[str, str]:
        """data-* attributes for the checklist; empty when only the server can tell."""

    def check(self, password: str) -> str:
        """Empty, or what is wrong and what to do. Passwords over 256 characters never get here."""


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What an attacker would try first: the names of the person and of the organisation."""

    user_principal_name: str = ""
    display_name: str = ""
    organization: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """The parts of the person's names, in small letters, each once."""
        local = self.user_principal_name.partition("@")[0]
        return _parts(self.display_name, local)

    @property
    def organizations(self) -> tuple[str, ...]:
        """The parts of the organisation's name and domain, in small letters, each once."""
        domain = self.user_principal_name.partition("@")[2].rpartition(".")[0]
        return _parts(self.organization, domain)


def _parts(*texts: str) -> tuple[str, ...]:
    folded = (text.casefold() for text in texts)
    return tuple(dict.fromkeys(part for text in folded for part in _APART.split(text) if part))
