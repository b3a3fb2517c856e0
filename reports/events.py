"""What reading the reports leaves in the audit trail."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class ReportExported(
    Event,
    kind="reports.exported",
    outcome=Outcome.NOTED,
    sentence=_("Exported the activity report (filtered by: %(filters)s)"),
):
    """``filters`` names the filters and not what was typed: that may be anything.
    ``addresses``: did the file hold client addresses?"""

    filters: list[str]
    addresses: bool
