"""One letter to one person, handed over at most once.

A letter is claimed before the server is asked. Where a worker dies or the server hangs up in
between, nobody knows whether it left; it is not sent again: one letter too few does less harm
than two.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts import mail, returns
from accounts.outbox.models import Parcel
from accounts.outbox.services import TryLater
from accounts.people.models import User
from accounts.policy.services import effective, helpdesk_url
from registration import methods
from registration.campaigns import audience
from registration.campaigns.models import (
    Campaign,
    CampaignLetter,
    CampaignState,
    LetterState,
    Reason,
)


def deliver(parcel: Parcel) -> None:
    """The outbox's handler. Whether the person still gets the letter is asked again now."""
    rows = CampaignLetter.objects.select_related("campaign__directory", "user")
    letter = rows.filter(pk=parcel.payload["letter"]).first()
    if letter is None or letter.campaign.state != CampaignState.RUNNING:
        return
    letter.user.directory = letter.campaign.directory
    [judged] = audience.judge(letter.campaign, letter.campaign.directory, [letter.user])
    if judged.reason:
        _move(letter, LetterState.POSTED, LetterState.SKIPPED, judged.reason)
        return
    now = returns.moment(timezone.now())
    if _move(letter, LetterState.POSTED, LetterState.SENDING, sent_at=now):
        _hand_over(letter, now)


def came_back(user: User, sent_at: datetime) -> bool:
    """Note that the letter of that moment did not arrive; False when there is none such."""
    letters = CampaignLetter.objects.in_directory(user.directory_id)
    left = [LetterState.SENDING, LetterState.SENT]
    mine = letters.filter(user=user, sent_at=sent_at, state__in=left)
    return bool(
        mine.update(state=LetterState.FAILED, reason=Reason.RETURNED, changed_at=timezone.now())
    )


def _hand_over(letter: CampaignLetter, now: datetime) -> None:
    user, campaign = letter.user, letter.campaign
    try:
        mail.send(
            user.mail,
            f"campaign_{campaign.kind}",
            context_for(user, campaign),
            user.wants_language,
            campaign.directory,
            person=user.pk,
            at=now,
        )
    except mail.NotSent:
        _move(letter, LetterState.SENDING, LetterState.POSTED)
        raise
    except mail.Undeliverable:
        _move(letter, LetterState.SENDING, LetterState.FAILED, Reason.REFUSED)
    except TryLater:
        _move(letter, LetterState.SENDING, LetterState.FAILED, Reason.UNKNOWN)
    else:
        _move(letter, LetterState.SENDING, LetterState.SENT)


def context_for(user: User, campaign: Campaign) -> dict[str, Any]:
    """What the templates say: whose account, where the portal is, what to have at hand."""
    rules, host = effective(user), urlsplit(settings.PUBLIC_BASE_URL)
    wanted = [method for slug in rules.methods if (method := methods.get(slug)).added_by_people]
    with translation.override(user.wants_language):
        names = [str(method.name) for method in wanted]
    return {
        "name": user.display_name,
        "account": user.user_principal_name,
        "portal_address": host.netloc,
        "register_address": f"{host.netloc}{reverse('registration:overview')}",
        "methods": names,
        "needed": max(1, rules.gates),
        "helpdesk_link": "" if campaign.directory.helpdesk_phone else helpdesk_url(user),
    }


def _move(
    letter: CampaignLetter,
    before: LetterState,
    after: LetterState,
    reason: str = "",
    **more: datetime,
) -> bool:
    """From one state to the next, by one conditional statement; False when it is elsewhere."""
    rows = CampaignLetter.objects.in_directory(letter.directory_id).filter(pk=letter.pk)
    moved = rows.filter(state=before).update(
        state=after, reason=reason, changed_at=timezone.now(), **more
    )
    return bool(moved)
