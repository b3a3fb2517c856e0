"""Saying why an attempt cannot be won: in the trail, on the page, and by mail.

Quietly, the page says it to nobody but who has passed a gate, and the mail goes to the addresses
on record: whoever reads those is the person. Talkatively, the page says it at once.
"""

from django.utils import translation

from accounts import notices
from accounts.audit import services as audit
from accounts.client import Client
from accounts.notices import Notice
from accounts.people.services import Found
from reset import events, kernel, outcomes
from reset.limits import Paused
from reset.models import Attempt, Ending
from reset.outcomes import Standing
from reset.standing import Situation
from reset.trail import note


def deny(attempt: Attempt, client: Client, found: Found | None = None) -> None:
    """End an attempt that cannot be won, and let its page say why.

    In the caller's transaction, which holds the attempt's row or has just made it.
    """
    if kernel.end(attempt, Ending.DENIED):
        code = outcomes.of(attempt.standing).code
        event = events.Denied(standing=attempt.standing, code=code)
        note(event, attempt, client, subject=found.user if found else None)


def note_unopened(why: Standing | Paused, found: Found, client: Client) -> None:
    """Record what was said instead of beginning an attempt."""
    if isinstance(why, Paused):
        until = why.until.isoformat(timespec="seconds") if why.until else ""
        event: events.Blocked | events.Denied = events.Blocked(limit=why.limit, until=until)
    else:
        event = events.Denied(standing=why, code=outcomes.of(why).code)
    audit.record(
        event,
        directory=found.directory.pk,
        client=client,
        subject=found.user,
        name_key=found.name_key,
    )


def tell_by_mail(
    situation: Situation, found: Found, attempt: Attempt, *, may_tell: bool, client: Client
) -> None:
    """Tell a person who cannot reset why; in the transaction that begins the attempt.

    Who can, who is nobody and who has been told often enough today costs the same, and nothing
    is sent.
    """
    outcome = outcomes.of(situation.standing)
    user = found.user if may_tell and situation.standing is not Standing.READY else None
    language = user.wants_language if user else found.directory.language
    with translation.override(language):
        context = {
            "reference": attempt.reference,
            "why": str(outcome.text),
            "advice": str(outcome.advice),
            "code": outcome.code,
        }
    notices.notify_later(
        user,
        Notice.RESET_NOT_POSSIBLE,
        directory=found.directory.pk,
        client=client,
        context=context,
    )
