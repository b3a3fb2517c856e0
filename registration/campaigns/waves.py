"""The clock of campaigns: people are listed, waves leave, and what is over is put away.

Every step is one conditional statement on the campaign's own row and what follows from it, in one
transaction: any number of workers may try, and one that dies leaves nothing half done.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.outbox import services as outbox
from accounts.tenancy import TenantQuerySet
from registration.campaigns import audience, events
from registration.campaigns.models import (
    OPEN,
    UNDER_WAY,
    Campaign,
    CampaignLetter,
    CampaignState,
    LetterState,
    Reason,
)
from registration.campaigns.services import letters_of, progress

LISTING_TIME = 10.0  # seconds of a run of the job: a worker has codes to send as well
KEPT_TRYING = timedelta(days=3)
WRITTEN_OFF_AFTER = timedelta(days=4)  # longer than the outbox tries
LOST_AFTER = timedelta(minutes=10)  # a worker that has not said since what became of a letter


def run() -> int:
    """Do what is due for every running campaign; returns how many letters left. A periodic job."""
    posted, end = 0, time.monotonic() + LISTING_TIME
    running = Campaign.objects.filter(state=CampaignState.RUNNING).select_related("directory")
    for campaign in running.order_by("pk"):
        while is_listing(campaign) and time.monotonic() < end:
            list_batch(campaign)
        if campaign.listed_at:
            posted += post_wave(campaign)
            _settle(campaign)
    return posted


def is_listing(campaign: Campaign) -> bool:
    """Are there people left to list? Not of one that was stopped meanwhile."""
    return campaign.listed_at is None and campaign.state in OPEN


def list_batch(campaign: Campaign) -> int:
    """Write down the next people it is about, each with why they get no letter; returns how many.

    ``campaign.listed_at`` is set after the last one. Somebody else's batch is left to them.
    """
    after = campaign.listed_up_to
    batch = next(audience.batches(campaign, after), [])
    rows = _row(campaign).filter(listed_up_to=after, listed_at=None, state__in=OPEN)
    last = batch[-1].user.pk if batch else after
    with transaction.atomic():
        mine = rows.update(listed_up_to=last, listed_at=None if batch else timezone.now())
        if mine:
            CampaignLetter.objects.bulk_create(_letter(campaign, judged) for judged in batch)
    fields = ["listed_up_to", "listed_at", "state"]
    campaign.refresh_from_db(fields=fields, from_queryset=_row(campaign))
    return len(batch) if mine else 0


def post_wave(campaign: Campaign) -> int:
    """Put the next letters into the outbox, when it is time; returns how many.

    Letters of earlier waves that are still there count: a mail server that comes back after a
    while gets no flood.
    """
    now = timezone.now()
    due = _row(campaign).filter(state=CampaignState.RUNNING, next_wave_at__lte=now)
    following = now + timedelta(hours=campaign.wave / campaign.per_hour)
    letters = letters_of(campaign)
    with transaction.atomic():
        if not due.update(next_wave_at=following):
            return 0
        room = max(0, campaign.wave - letters.filter(state=LetterState.POSTED).count())
        waiting = letters.filter(state=LetterState.WAITING).order_by("pk")
        keys = list(waiting.values_list("pk", flat=True)[:room])
        letters.filter(pk__in=keys).update(state=LetterState.POSTED, changed_at=now)
        for key in keys:
            outbox.send(
                "campaign letter",
                {"letter": key},
                directory=campaign.directory_id,
                expires_in=KEPT_TRYING,
            )
    return len(keys)


def _settle(campaign: Campaign) -> None:
    """Put away letters that nobody will hear of again, and the campaign when none is left."""
    now, letters = timezone.now(), letters_of(campaign)
    lost = letters.filter(state=LetterState.SENDING, changed_at__lt=now - LOST_AFTER)
    lost.update(state=LetterState.FAILED, reason=Reason.UNKNOWN, changed_at=now)
    stale = letters.filter(state=LetterState.POSTED, changed_at__lt=now - WRITTEN_OFF_AFTER)
    stale.update(state=LetterState.SKIPPED, reason=Reason.WRITTEN_OFF, changed_at=now)
    if letters.filter(state__in=UNDER_WAY).exists():
        return
    ended = {"state": CampaignState.DONE, "finished_at": now}
    with transaction.atomic():
        if _row(campaign).filter(state=CampaignState.RUNNING).update(**ended):
            states = progress(campaign).states
            event = events.CampaignDone(
                campaign=campaign.pk,
                sent=states[LetterState.SENT],
                failed=states[LetterState.FAILED],
                skipped=states[LetterState.SKIPPED],
            )
            record(event, directory=campaign.directory_id, client=Client.nowhere())


def _letter(campaign: Campaign, judged: audience.Judged) -> CampaignLetter:
    return CampaignLetter(
        directory_id=campaign.directory_id,
        campaign=campaign,
        user=judged.user,
        state=LetterState.SKIPPED if judged.reason else LetterState.WAITING,
        reason=judged.reason,
    )


def _row(campaign: Campaign) -> TenantQuerySet[Campaign]:
    return Campaign.objects.in_directory(campaign.directory_id).filter(pk=campaign.pk)
