"""User principal names: what one may be, and when two are the same.

The rules are those of Microsoft's directories: at most 113 characters, 64 before the @ and 48
after it; letters, digits and ``' . - _ ! # ^ ~``; no dot right before the @.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_LENGTH = 113
_DOTLESS_I = "\N{LATIN SMALL LETTER DOTLESS I}"
_LOCAL = re.compile(r"[A-Za-z0-9'.\-_!#^~]{1,64}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,48}}\Z){_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True)
class SignInName:
    """What somebody typed as their user ID: ``local@domain``, ``ALIAS\\local`` or neither."""

    local: str
    domain: str = ""
    alias: str = ""


def key(name: str) -> str:
    """Two names with one key are the same person: ASCII case is all that is ignored."""
    return name.strip().lower() if name.isascii() else name.strip()


def counted_as(name: str) -> str:
    """A looser key that limits are counted under.

    It ignores case, width, accents and compatibility forms, so that no spelling of a name buys
    fresh tries. It finds nobody: ``key`` does.
    """
    folded = unicodedata.normalize("NFKD", name.strip()[: 2 * MAX_LENGTH]).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c) and not c.isspace())
    return plain.replace(_DOTLESS_I, "i")


def parse(typed: str) -> SignInName:
    """Read a sign-in name. Never fails: what cannot be a name simply matches nobody."""
    text = typed.strip()
    if len(text) > MAX_LENGTH:
        return SignInName(local=text)
    alias, backslash, rest = text.partition("\\")
    if backslash:
        return SignInName(local=rest, alias=alias)
    local, at, domain = text.rpartition("@")
    return SignInName(local=local, domain=domain.lower()) if at else SignInName(local=text)


def clean_domain(name: str) -> str:
    """A domain name in lower case; raises ValidationError."""
    name = name.strip().lower()
    if not _DOMAIN.fullmatch(name):
        raise ValidationError(
            _("%(name)s is not a domain name of at most 48 letters, digits, dots and hyphens."),
            code="domain",
            params={"name": name},
        )
    return name


def validate_upn(name: str) -> None:
    """Raise ValidationError with the one rule a user principal name breaks."""
    local, at, domain = name.rpartition("@")
    if not at or "@" in local:
        raise ValidationError(_("A user ID has exactly one @, as in ada@corp.example."), "upn_at")
    if not _LOCAL.fullmatch(local):
        raise ValidationError(
            _(
                "The part before the @ is 1 to 64 letters, digits or any of "
                "%(signs)s, without accents or spaces."
            ),
            "upn_local",
            {"signs": "' . - _ ! # ^ ~"},
        )
    if local.endswith("."):
        raise ValidationError(_("There can be no dot right before the @."), "upn_dot")
    clean_domain(domain)
