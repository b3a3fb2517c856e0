"""The messages that an organisation may word itself, and what each may speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

CODE_MAIL = "code"
TEXT_MESSAGE = "text_message"


@dataclass(frozen=True, slots=True)
class Kind:
    """``placeholders``: names with samples. ``required``: those without which it is of no use."""

    slug: str
    label: Any
    placeholders: Mapping[str, str]
    required: frozenset[str] = frozenset()

    @property
    def is_mail(self) -> bool:
        return self.slug != TEXT_MESSAGE


_EVERYWHERE = {"organization": "Corp", "helpdesk_phone": "+44 1632 960150"}
_MAIL = {**_EVERYWHERE, "portal": "https://password.corp.example/"}
_CODE = {"code": "123456", "action": "to reset your password"}
_NOTICE = {
    **_MAIL,
    "name": "Ada Example",
    "account": "ada@corp.example",
    "when": "20 November 2026, 08:58 (GMT)",
    "device": "A phone",
    "network": "198.51.100.0/24",
    "reference": "7F3K-2Q9D",
}
_METHOD = {**_NOTICE, "method": "Authenticator app"}
_NEEDED = frozenset({"code"})

KINDS = {
    kind.slug: kind
    for kind in (
        Kind(CODE_MAIL, _("Mail with a code"), {**_MAIL, **_CODE}, _NEEDED),
        Kind(TEXT_MESSAGE, _("Text message with a code"), {**_EVERYWHERE, **_CODE}, _NEEDED),
        Kind("password_reset", _("Password reset"), _NOTICE),
        Kind("password_changed", _("Password changed"), _NOTICE),
        Kind("account_unlocked", _("Account unlocked"), _NOTICE),
        Kind("method_added", _("Method added"), _METHOD),
        Kind("method_removed", _("Method removed"), _METHOD),
        Kind("method_guessed", _("Many wrong answers to a method"), _METHOD),
        Kind("pass_issued", _("Temporary pass issued"), _NOTICE),
        Kind("recovery_code_used", _("Recovery code used"), _NOTICE),
        Kind("too_many_wrong_passwords", _("Too many wrong passwords"), _NOTICE),
    )
}
