"""Administrators ask people to register again: one person, a group, or everybody."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import User
from registration.events import AskedAgain
from registration.models import Coverage


def ask_again(rows: Iterable[Coverage], *, actor: User, client: Client) -> int:
    """Have people look their methods over at their next sign-in; returns how many.

    ``rows`` come with their ``user``. Running sessions go on, and a "not now" from before is void.
    """
    asked = 0
    for row in rows:
        mine = Coverage.objects.in_directory(row.directory_id).filter(pk=row.pk)
        with transaction.atomic():
            mine.update(asked_again_at=timezone.now(), put_off_until=None)
            record(
                AskedAgain(),
                directory=row.directory_id,
                client=client,
                subject=row.user,
                actor=actor,
            )
        asked += 1
    return asked
