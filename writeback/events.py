from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome
from writeback.agent.catalogue import LIFE


@dataclass(frozen=True, kw_only=True)
class WriteDone(
    Event,
    kind="writeback.done",
    outcome=Outcome.SUCCEEDED,
    sentence=_("The store confirmed: %(operation)s"),
):
    operation: str
    job: str
    code: str


@dataclass(frozen=True, kw_only=True)
class WriteRefused(
    Event,
    kind="writeback.refused",
    outcome=Outcome.FAILED,
    sentence=_("The store refused: %(operation)s (%(reason)s, %(code)s)"),
):
    operation: str
    job: str
    reason: str
    code: str


@dataclass(frozen=True, kw_only=True)
class NeedsMending(
    Event,
    kind="writeback.needs_mending",
    outcome=Outcome.FAILED,
    sentence=_(
        "The agent may not set this password (%(reason)s, %(code)s). “directory check” says what "
        "mends it"
    ),
):
    """For administrators: ``reason`` is one that no other password and no waiting will end."""

    reason: str
    code: str


@dataclass(frozen=True, kw_only=True)
class WriteUnknown(
    Event,
    kind="writeback.unknown",
    outcome=Outcome.NOTED,
    sentence=_("The store has not answered yet: %(operation)s"),
):
    operation: str
    job: str
    code: str


@dataclass(frozen=True, kw_only=True)
class AgentInvited(
    Event,
    kind="writeback.agent_invited",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Made a ticket for the agent %(agent)s"),
):
    agent: str
    code: str = LIFE["agent_invited"].id


@dataclass(frozen=True, kw_only=True)
class AgentConfirmed(
    Event,
    kind="writeback.agent_confirmed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Confirmed the agent %(agent)s (%(fingerprint)s)"),
):
    agent: str
    fingerprint: str
    code: str = LIFE["agent_confirmed"].id


@dataclass(frozen=True, kw_only=True)
class AgentRevoked(
    Event,
    kind="writeback.agent_revoked",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Revoked the agent %(agent)s"),
):
    agent: str
    code: str = LIFE["agent_revoked"].id


@dataclass(frozen=True, kw_only=True)
class DirectoryChecked(
    Event,
    kind="writeback.checked",
    outcome=Outcome.NOTED,
    sentence=_("Checked the directory server: %(condition)s"),
):
    condition: str
    code: str = LIFE["checked"].id
