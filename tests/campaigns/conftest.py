"""Campaigns that are under way, and the clock that drives them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.outbox.models import Parcel
from accounts.people.models import Directory, User
from accounts.people.registry import Act
from accounts.tenancy import across_directories
from registration.campaigns import services, waves
from registration.campaigns.models import Campaign, CampaignLetter
from tests.support import tenancy

ACT = Act(Client.nowhere())
SENT = ("sent", "")
Start = Callable[..., Campaign]


def letters(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """State and reason of each letter, by the person's name before the @."""
    rows = CampaignLetter.objects.in_directory(campaign.directory_id).filter(campaign=campaign)
    found = rows.select_related("user").order_by("pk")
    return {
        row.user.user_principal_name.partition("@")[0]: (row.state, row.reason) for row in found
    }


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.in_directory(campaign.directory_id).get(pk=campaign.pk)


def tick() -> int:
    """What the periodic job does."""
    with tenancy.guarded(), across_directories("as the job's caller does"):
        return waves.run()


def next_wave(campaign: Campaign) -> int:
    """As if its pause had passed."""
    rows = Campaign.objects.in_directory(campaign.directory_id).filter(pk=campaign.pk)
    rows.update(next_wave_at=timezone.now() - timedelta(seconds=1))
    return tick()


def change(user: User, **fields: Any) -> None:
    User.objects.in_directory(user.directory_id).filter(pk=user.pk).update(**fields)


def overdue(**fields: Any) -> None:
    """What waits in the outbox is due now."""
    Parcel.objects.filter(finished_at=None).update(due_at=timezone.now(), **fields)


def kinds() -> list[str]:
    """The events of campaigns, in their order."""
    found = AuditRecord.objects.filter(kind__startswith="campaign.").order_by("pk")
    return list(found.values_list("kind", flat=True))


@pytest.fixture
def start(corp: Directory) -> Start:
    def begin(kind: str = "available", **fields: Any) -> Campaign:
        draft = Campaign(**{"directory": corp, "kind": kind, **fields})
        services.check(draft)
        return services.start(draft, ACT)

    return begin
