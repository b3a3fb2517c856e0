"""Why a store refused, in words a person can act on."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AWAY = "away"
VOID = "void"

_TEXTS = {
    "wrong_current": gettext_lazy("That is not your current password."),
    "too_short": gettext_lazy("Your directory wants a longer password."),
    "in_history": gettext_lazy("You have used this password before. Choose one you never had."),
    "too_young": gettext_lazy("Your password was changed too recently to change it again."),
    "complexity": gettext_lazy(
        "Your directory wants more kinds of characters: mix capitals, small letters, numbers "
        "and signs."
    ),
    "gone": gettext_lazy("Your directory no longer knows this account. Contact the helpdesk."),
    "disabled": gettext_lazy("Your directory has switched this account off."),
    "no_right": gettext_lazy(
        "We are not allowed to set the password of this account. Contact the helpdesk."
    ),
    AWAY: gettext_lazy("Your directory did not answer. Nothing has changed. Try again soon."),
    VOID: gettext_lazy("We could not set the password in time. Nothing has changed. Try again."),
}


def text_of(code: str) -> str:
    """The sentence for a reason code."""
    if code in _TEXTS:
        return str(_TEXTS[code])
    return _("Your directory refused this password without saying why. Choose another one.")
