"""Finishing changes whose answer came late, or whose process did not live to see it."""

from django.db import transaction

from accounts import notices
from accounts.audit import services as audit
from accounts.client import Client
from accounts.notices import Notice
from change.events import Changed
from writeback import services as writeback
from writeback.models import OPEN, Evidence, Outcome, Write


def settle() -> None:
    """Finish every change whose write was answered, and ask again where the answer is open."""
    nowhere = Client.nowhere()
    for row in writeback.unsettled(Evidence.CURRENT_PASSWORD, client=nowhere):
        settle_write(row, client=nowhere)


def settle_write(row: Write, *, client: Client) -> None:
    """Draw the consequences of an answered change, once: its event and its notices."""
    if row.outcome in OPEN:
        return
    with transaction.atomic():
        if not writeback.settle(row) or row.outcome != Outcome.DONE:
            return
        audit.record(Changed(), directory=row.directory_id, client=client, subject=row.user)
        notices.notify(row.user, Notice.PASSWORD_CHANGED, client=client, context={})
