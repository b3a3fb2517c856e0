"""What is said about an answer."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registration.challenges import Answer, Verdict
from registration.methods.base import Method


def refusal(answer: Answer, method: Method) -> str:
    """Why an answer did not pass, and what to do now; empty when it passed."""
    if answer.verdict is Verdict.PASSED:
        return ""
    if answer.verdict is Verdict.EXPIRED:
        return _("This code ran out: it worked for 10 minutes. Ask for a new one.")
    if answer.verdict is Verdict.WRONG and answer.tries_left:
        tries = ngettext(
            "You have %(left)d more try.", "You have %(left)d more tries.", answer.tries_left
        )
        return f"{method.wrong} {tries % {'left': answer.tries_left}}"
    if answer.verdict is Verdict.CLOSED:
        return _("This check is over.")
    return _("Too many wrong answers: this check is used up.")
