"""What the audit trail says about campaigns."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(
    Event,
    kind="campaign.started",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Started a campaign (%(campaign)d: %(letter)s, %(audience)s)"),
):
    campaign: int
    letter: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(
    Event,
    kind="campaign.paused",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Paused a campaign (%(campaign)d)"),
):
    campaign: int


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(
    Event,
    kind="campaign.resumed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Resumed a campaign (%(campaign)d)"),
):
    campaign: int


@dataclass(frozen=True, kw_only=True)
class CampaignStopped(
    Event,
    kind="campaign.stopped",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Stopped a campaign (%(campaign)d)"),
):
    campaign: int


@dataclass(frozen=True, kw_only=True)
class CampaignDone(
    Event,
    kind="campaign.done",
    outcome=Outcome.NOTED,
    sentence=_("A campaign is done (%(campaign)d): %(sent)d sent, %(failed)d failed"),
):
    campaign: int
    sent: int
    failed: int
    skipped: int
