"""What happens when somebody says that something was not them.

An attempt that is still open ends. Where something was done already, or is being done just now,
nobody can reset the account any more until staff allow it, everybody is signed out of it, and
those who help are told. Saying it again changes nothing.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts import notices
from accounts.client import Client
from accounts.moments import told
from accounts.notices import Notice
from accounts.people import not_me
from accounts.people.helpers import who_helps
from accounts.people.models import Denial, NotMeLink, User
from accounts.signin.sessions import end_sessions
from registration import challenges, passes
from registration.methods.base import ACTIONS
from registration.models import Challenge, Purpose
from reset import events, kernel, steps
from reset.models import Attempt, Ending
from reset.trail import note
from writeback.models import VAIN


@dataclass(frozen=True, slots=True)
class Matter:
    """What a link is about, in the reader's language: a code ``action``, or ``what`` was done."""

    when: str
    action: str = ""
    what: str = ""


def matter_of(link: NotMeLink) -> Matter:
    """What the page with the button says."""
    when = told(link.created_at, link.directory.time_zone)
    if link.about != not_me.CODE:
        return Matter(when, what=str(Notice(link.about).label))
    challenge = _challenge_of(link)
    return Matter(when, action=str(ACTIONS[challenge.purpose]) if challenge else "")


def deny(link: NotMeLink, *, client: Client) -> Denial:
    """Do what can still be done, and keep what it was."""
    if link.denial:
        return Denial(link.denial)
    denial = _deny_code(link, client) if link.about == not_me.CODE else _protect(link, client)
    not_me.deny(link, denial)
    return denial


def is_somebody_told(link: NotMeLink) -> bool:
    """Was there anybody to tell?"""
    return bool(who_helps(link.directory, but=link.user))


def _deny_code(link: NotMeLink, client: Client) -> Denial:
    challenge = _challenge_of(link)
    if challenge is None:
        return Denial.OVER
    if challenge.purpose == Purpose.RESET:
        return _deny_attempt(link, challenge.holder, client)
    with transaction.atomic():
        challenges.close(challenge)
        event = events.CodeDenied(method=challenge.method, purpose=challenge.purpose)
        not_me.note(link, event, client)
    return Denial.VOID


def _deny_attempt(link: NotMeLink, holder: str, client: Client) -> Denial:
    attempt = steps.load(link.directory_id, holder)
    if attempt is None:
        return Denial.OVER
    if _stop(attempt, client):
        return Denial.STOPPED
    attempt = steps.load(link.directory_id, holder)
    if attempt is None or attempt.write is None or attempt.write.outcome in VAIN:
        return Denial.OVER
    return _protect(link, client)


def _protect(link: NotMeLink, client: Client) -> Denial:
    user = link.user
    with transaction.atomic():
        is_news = not_me.block_resets(user, client=client)
        for attempt in kernel.open_attempts(user):
            attempt.user = user
            _stop(attempt, client)
        passes.void(user, client=client)
        end_sessions(user)
        if is_news:
            _tell(user, link, client)
    return Denial.BLOCKED


def _stop(attempt: Attempt, client: Client) -> bool:
    """End an attempt with its one event; False where it has ended, or its write is on its way."""
    with transaction.atomic():
        if stopped := kernel.close(attempt, Ending.STOPPED):
            note(events.Disowned(), attempt, client)
    return stopped


def _tell(user: User, link: NotMeLink, client: Client) -> None:
    about = {"person": str(user.pk), "reference": link.reference}
    for helper in who_helps(link.directory, but=user):
        notices.notify(helper, Notice.RESET_DENIED, client=client, context=about)


def _challenge_of(link: NotMeLink) -> Challenge | None:
    return challenges.one_of(link.directory_id, link.challenge) if link.challenge else None
