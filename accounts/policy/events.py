"""What the audit trail says about policies."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(
    Event, kind="policy.changed", outcome=Outcome.SUCCEEDED, sentence=_("Changed policy %(policy)s")
):
    """``changes``: one ``setting: old -> new`` for each that differs."""

    policy: str
    changes: list[str]


@dataclass(frozen=True, kw_only=True)
class PolicyRemoved(
    Event, kind="policy.removed", outcome=Outcome.SUCCEEDED, sentence=_("Removed policy %(policy)s")
):
    policy: str


@dataclass(frozen=True, kw_only=True)
class BannedWordsChanged(
    Event,
    kind="policy.banned_words_changed",
    outcome=Outcome.SUCCEEDED,
    sentence=_("Changed the banned words"),
):
    added: list[str]
    removed: list[str]
