"""Why a store refused, in words a person can act on, with numbers where it said some."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.moments import told_soon
from writeback.stores.base import State

AWAY = "away"
VOID = "void"

_HELPDESK = gettext_lazy(
    "The directory does not let us set the password of this account. The helpdesk can, and has it "
    "mended."
)
_AGAIN = gettext_lazy("We could not set the password in time. Nothing has changed. Try again.")
_TEXTS = {
    "wrong_current": gettext_lazy("That is not your current password."),
    "too_short": gettext_lazy("Your directory wants a longer password."),
    "in_history": gettext_lazy("You have used this password before. Choose one you never had."),
    "too_young": gettext_lazy("Your password was changed too recently to change it again."),
    "complexity": gettext_lazy(
        "Your directory wants more kinds of characters: mix capitals, small letters, numbers "
        "and signs."
    ),
    "too_long": gettext_lazy(
        "Your directory does not take a password this long. Choose a shorter one."
    ),
    "characters": gettext_lazy(
        "Your directory does not take one of the characters in it. Choose other words or signs."
    ),
    "quality": gettext_lazy(
        "Your directory finds this password too easy to guess. Choose a longer one, of words that "
        "have nothing to do with you."
    ),
    "policy": gettext_lazy(
        "Your directory refused this password by a rule that it does not name. You may have used "
        "it before, or a part of it is a name or a word that is not allowed. Choose quite another."
    ),
    "expired": gettext_lazy(
        "Your password has expired, and your directory does not take it any more. Choose “I forgot "
        "my password”."
    ),
    "locked": gettext_lazy(
        "Your directory has locked this account after too many wrong passwords. Unlock it first, "
        "or choose “I forgot my password”."
    ),
    "disabled": gettext_lazy("Your directory has switched this account off."),
    "may_not_change": gettext_lazy(
        "Your directory does not let you change this password yourself. Contact the helpdesk."
    ),
    "gone": gettext_lazy("Your directory no longer knows this account. Contact the helpdesk."),
    "ambiguous": gettext_lazy(
        "Your directory knows more than one account by this name. Contact the helpdesk."
    ),
    "no_right": _HELPDESK,
    "out_of_reach": _HELPDESK,
    "protected": gettext_lazy(
        "This account has special rights, so its password is set by an administrator only. Contact "
        "the helpdesk."
    ),
    "too_many": gettext_lazy(
        "So many passwords are being set just now that your directory asks to wait. Nothing has "
        "changed."
    ),
    "too_many_wrong": gettext_lazy(
        "Too many wrong passwords were tried for this account, so your directory takes none just "
        "now. Try again later, or choose “I forgot my password”."
    ),
    "repeated": _AGAIN,
    "too_late": _AGAIN,
    "not_ours": _AGAIN,
    VOID: _AGAIN,
    AWAY: gettext_lazy("Your directory did not answer. Nothing has changed. Try again soon."),
}
# What an administrator has to mend, in the directory or at the agent.
TO_MEND = frozenset({"no_right", "out_of_reach", "ambiguous", "not_ours"})


def codes() -> frozenset[str]:
    """Every reason that there is a sentence for."""
    return frozenset(_TEXTS)


def text_of(
    code: str,
    state: State | None = None,
    *,
    until: datetime | None = None,
    time_zone: str = "UTC",
) -> str:
    """The sentence for a reason code; more precise with what the directory says of the account."""
    demands = state.demands if state else None
    if code == "too_short" and demands and demands.min_length:
        return _("Your directory wants at least %(min)d characters.") % {"min": demands.min_length}
    if code == "in_history" and demands and demands.history:
        return ngettext(
            "You have used this password before. Choose one that is not your last password.",
            "You have used this password before. Choose one that is none of your last %(count)d.",
            demands.history,
        ) % {"count": demands.history}
    if code == "too_young" and state and state.password_changed_at and until:
        return _too_young(state.password_changed_at, until, time_zone)
    if code in _TEXTS:
        return str(_TEXTS[code])
    return _("Your directory refused this password without saying why. Choose another one.")


def _too_young(changed: datetime, until: datetime, time_zone: str) -> str:
    minutes = max(1, int((timezone.now() - changed).total_seconds() // 60))
    hours = minutes // 60
    if hours:
        ago = ngettext(
            "Your password was changed %(count)d hour ago.",
            "Your password was changed %(count)d hours ago.",
            hours,
        )
    else:
        ago = ngettext(
            "Your password was changed %(count)d minute ago.",
            "Your password was changed %(count)d minutes ago.",
            minutes,
        )
    allowed = _("Your organisation allows the next change %(when)s.") % {
        "when": told_soon(until, time_zone)
    }
    return f"{ago % {'count': hours or minutes}} {allowed}"
