"""Starting, pausing and ending campaigns, and how far they are.

Who may do it is decided by the caller. One campaign of a kind is open in a directory at a time, so
that nobody gets the same letter twice from two of them.
"""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.people.registry import Act
from accounts.tenancy import TenantQuerySet
from registration.campaigns import events
from registration.campaigns.models import (
    OPEN,
    UNDER_WAY,
    Audience,
    Campaign,
    CampaignLetter,
    CampaignState,
    LetterState,
    Reason,
)

_TOLD = (LetterState.SENT, LetterState.FAILED, LetterState.SKIPPED, *UNDER_WAY)
_CHECKED = ("kind", "audience", "wave", "per_hour")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many letters are in which state, and why some were not or not well sent."""

    states: Counter[str]
    reasons: Counter[str]

    @property
    def total(self) -> int:
        return self.states.total()

    @property
    def over(self) -> int:
        """Those with which nothing more will happen."""
        return self.total - sum(self.states[state] for state in UNDER_WAY)

    @property
    def in_words(self) -> str:
        """Like "12 sent, 1 failed (it came back: 1), 30 waiting"."""
        shown = [f"{n} {LetterState(state).label}" for state, n in sorted(self.states.items()) if n]
        why = [f"{n} {Reason(reason).label}" for reason, n in self.reasons.most_common()]
        return ", ".join(shown) + (f" ({'; '.join(why)})" if why else "")


def check(campaign: Campaign) -> None:
    """Raise ValidationError, by field, for a campaign that cannot be started like this."""
    campaign.clean_fields(exclude=[f.name for f in campaign._meta.fields if f.name not in _CHECKED])
    is_for_group = campaign.audience == Audience.GROUP
    group = campaign.group
    if is_for_group and group is None:
        raise ValidationError({"group": _("Choose the group.")})
    if group is not None and not is_for_group:
        raise ValidationError({"group": _("Choose a group only for a campaign to a group.")})
    if group is not None and group.directory_id != campaign.directory_id:
        raise ValidationError({"group": _("That group is of another directory.")})
    if _open_ones(campaign).exists():
        raise _taken()


def start(campaign: Campaign, act: Act) -> Campaign:
    """Save a checked campaign. People are listed, and waves leave, in the background.

    Raises ValidationError when somebody else was faster.
    """
    campaign.created_by = act.actor
    started = {"letter": campaign.kind, "audience": campaign.audience}
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
            act.note_for(
                events.CampaignStarted(campaign=campaign.pk, **started), campaign.directory_id
            )
    except IntegrityError as error:
        raise _taken() from error
    return campaign


def pause(campaign: Campaign, act: Act) -> bool:
    """Hold the letters that have not left; False when it does not run."""
    with transaction.atomic():
        if not _row(campaign, CampaignState.RUNNING).update(state=CampaignState.PAUSED):
            return False
        letters_of(campaign).filter(state=LetterState.POSTED).update(state=LetterState.WAITING)
        act.note_for(events.CampaignPaused(campaign=campaign.pk), campaign.directory_id)
    return True


def resume(campaign: Campaign, act: Act) -> bool:
    """Go on with a paused campaign; False when it is not paused."""
    going = {"state": CampaignState.RUNNING, "next_wave_at": timezone.now()}
    with transaction.atomic():
        if not _row(campaign, CampaignState.PAUSED).update(**going):
            return False
        act.note_for(events.CampaignResumed(campaign=campaign.pk), campaign.directory_id)
    return True


def stop(campaign: Campaign, act: Act) -> bool:
    """End it for good: what has not left never will. False when it is over already."""
    now = timezone.now()
    ended = {"state": CampaignState.STOPPED, "finished_at": now}
    unsent = letters_of(campaign).filter(state__in=[LetterState.WAITING, LetterState.POSTED])
    with transaction.atomic():
        if not _row(campaign, *OPEN).update(**ended):
            return False
        unsent.update(state=LetterState.SKIPPED, reason=Reason.WRITTEN_OFF, changed_at=now)
        act.note_for(events.CampaignStopped(campaign=campaign.pk), campaign.directory_id)
    return True


def progress(campaign: Campaign) -> Progress:
    rows = letters_of(campaign).values_list("state", "reason").annotate(n=Count("pk")).order_by()
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for state, reason, n in rows:
        states[state] += n
        if reason:
            reasons[reason] += n
    return Progress(states, reasons)


def letters_of(campaign: Campaign) -> TenantQuerySet[CampaignLetter]:
    return CampaignLetter.objects.in_directory(campaign.directory_id).filter(campaign=campaign)


def _row(campaign: Campaign, *states: str) -> TenantQuerySet[Campaign]:
    rows = Campaign.objects.in_directory(campaign.directory_id)
    return rows.filter(pk=campaign.pk, state__in=states)


def _open_ones(campaign: Campaign) -> TenantQuerySet[Campaign]:
    rows = Campaign.objects.in_directory(campaign.directory_id)
    return rows.filter(kind=campaign.kind, state__in=OPEN)


def _taken() -> ValidationError:
    return ValidationError(
        {"kind": _("A campaign of this kind is open already. Wait until it is done, or stop it.")}
    )
