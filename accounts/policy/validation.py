"""What a policy may say: checked whenever one is saved, by whatever road.

A finding either refuses the policy (ValidationError) or, where the setting is possible but
unwise, is a warning that the page and ``directory plan`` show.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from accounts.policy.questions import PREDEFINED

if TYPE_CHECKING:
    from accounts.policy.models import Policy

# The methods a policy may name. Those that are not installed are kept and offered to nobody, so
# that one configuration fits installations with and without a telephone provider.
METHODS = (
    "alternate_email",
    "mobile_phone",
    "office_phone",
    "security_questions",
    "authenticator_app",
    "recovery_codes",
    "passkey",
    "temporary_pass",
)
QUESTIONS_OFFERED = 20
TERMS = 1000


def helpdesk_link(value: str) -> None:
    """An https address, a mailto: link or a plain email address; nothing a browser would run."""
    address = value.removeprefix("mailto:")
    if "@" in address and "://" not in address:
        EmailValidator(_("Write an email address or an address that starts with https://."))(
            address
        )
        return
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or re.search(r"[\s<>]", value):
        raise ValidationError(
            _("Write an email address or an address that starts with https://."), "helpdesk_link"
        )


def validate(policy: "Policy", *, installed: Iterable[str]) -> None:
    """Raise ValidationError with every rule the policy breaks, by field."""
    errors = {
        "methods": _methods(policy, {*METHODS, *installed}),
        "questions_to_reset": _question_counts(policy),
        "predefined_questions": _predefined(policy),
        "custom_questions": _questions(policy),
        "helpdesk_link": _helpdesk(policy),
    }
    found = {field: message for field, message in errors.items() if message}
    if found:
        raise ValidationError(found)


def warnings(policy: "Policy", *, installed: Iterable[str]) -> list[str]:
    """What is possible and unwise about the policy, in sentences for an administrator."""
    unwise = []
    missing = [slug for slug in policy.methods if slug not in set(installed)]
    if missing:
        unwise.append(
            _("Not installed here, and so offered to nobody: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    if "authenticator_app" in policy.methods and len(policy.methods) <= policy.methods_required:
        unwise.append(_("A lost phone locks people out: offer more methods than a reset needs."))
    if policy.password_min_length < 15:
        unwise.append(
            _("Passwords under 15 characters are only safe beside a second factor (SP 800-63B).")
        )
    if policy.talkative:
        unwise.append(_("Strangers can find out whose accounts exist and what they may do."))
    if policy.methods == ["security_questions"] and policy.questions_alone_accepted:
        unwise.append(_("Answers alone open an account; most of them can be guessed or found."))
    if policy.self_service_reset and policy.methods_required == 1:
        unwise.append(_("One check is enough to take over an account."))
    return unwise


def validate_term(term: str, *, others: int) -> None:
    """A banned word has 4 to 16 characters, and a directory at most 1000 of them."""
    if not 4 <= len(term) <= 16:
        raise ValidationError(_("A banned word has 4 to 16 characters."), "term_length")
    if others >= TERMS:
        raise ValidationError(
            _("A directory can ban %(most)d words; remove one first."), "terms", {"most": TERMS}
        )


def _methods(policy: "Policy", known: set[str]) -> str:
    chosen = policy.methods
    if not _are_texts(chosen):
        return _("Methods are a list of their names.")
    unknown = [slug for slug in chosen if slug not in known]
    if unknown:
        return _("There is no method called %(names)s.") % {"names": ", ".join(unknown)}
    if len(set(chosen)) != len(chosen):
        return _("A method is listed twice.")
    if len(chosen) < max(1, policy.methods_required or 1):
        return _("Choose at least as many methods as a reset needs.")
    if chosen == ["security_questions"] and not policy.questions_alone_accepted:
        return _("Security questions cannot be the only method, unless that risk is accepted.")
    return ""


def _question_counts(policy: "Policy") -> str:
    if (policy.questions_to_reset or 3) > (policy.questions_to_register or 5):
        return _("A reset cannot ask more questions than people have registered.")
    return ""


def _predefined(policy: "Policy") -> str:
    if not _are_texts(policy.predefined_questions):
        return ""  # said of all questions together
    unknown = [slug for slug in policy.predefined_questions if slug not in PREDEFINED]
    if unknown:
        return _("There is no question called %(names)s.") % {"names": ", ".join(unknown)}
    return ""


def _questions(policy: "Policy") -> str:
    custom, predefined = policy.custom_questions, policy.predefined_questions
    if not _are_texts(custom) or not _are_texts(predefined):
        return _("Questions are a list of texts.")
    if not all(len(text.strip()) >= 3 and len(text) <= 200 for text in custom):
        return _("A custom question has 3 to 200 characters.")
    offered = len(custom) + len(predefined)
    if offered > QUESTIONS_OFFERED:
        return _("At most %(most)d questions can be offered.") % {"most": QUESTIONS_OFFERED}
    if len(set(custom)) != len(custom) or len(set(predefined)) != len(predefined):
        return _("A question is listed twice.")
    asked = "security_questions" in (policy.methods or [])
    if asked and offered < (policy.questions_to_register or 5):
        return _("Offer at least as many questions as people must register.")
    return ""


def _helpdesk(policy: "Policy") -> str:
    if policy.helpdesk_kind == "link" and not policy.helpdesk_link:
        return _("Say which address the helpdesk link opens.")
    return ""


def _are_texts(value: object) -> bool:
    """JSON columns take anything; only a list of texts will do."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
