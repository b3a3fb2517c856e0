"""Finishing changes whose answer came late, or whose process did not live to see it."""

from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.audit import services as audit
from accounts.client import Client
from accounts.notices import Notice
from change.events import Changed
from writeback import services as writeback
from writeback.models import Evidence, Outcome, Write

_BATCH = 200
_FINAL = (Outcome.DONE, Outcome.REFUSED, Outcome.VOID)


def settle() -> None:
    """Finish every change whose write was answered, and ask again where the answer is open."""
    nowhere = Client.nowhere()
    rows = Write.objects.filter(evidence=Evidence.CURRENT_PASSWORD, settled_at=None)
    for row in rows.select_related("user__directory").order_by("pk")[:_BATCH]:
        settle_write(writeback.outcome(row, client=nowhere), client=nowhere)


def settle_write(row: Write, *, client: Client) -> None:
    """Draw the consequences of an answered change, once: its event and its notices."""
    if row.outcome not in _FINAL:
        return
    with transaction.atomic():
        rows = Write.objects.in_directory(row.directory_id).filter(pk=row.pk, settled_at=None)
        if not rows.update(settled_at=timezone.now()) or row.outcome != Outcome.DONE:
            return
        audit.record(Changed(), directory=row.directory_id, client=client, subject=row.user)
        notices.notify(row.user, Notice.PASSWORD_CHANGED, client=client, context={})
