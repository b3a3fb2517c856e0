"""What the trail says about itself."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome


@dataclass(frozen=True, kw_only=True)
class Purged(
    Event,
    kind="audit.purged",
    outcome=Outcome.NOTED,
    sentence=_("Removed %(records)s old records from the trail (to seal %(through)s)"),
):
    records: int
    through: int


@dataclass(frozen=True, kw_only=True)
class PersonErased(
    Event,
    kind="audit.person_erased",
    outcome=Outcome.NOTED,
    sentence=_("Erased a person's personal data from the trail"),
):
    pass
