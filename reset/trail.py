"""Writing down what happens in an attempt."""

from accounts.audit import services as audit
from accounts.audit.events import Event
from accounts.client import Client
from accounts.people.models import User
from reset.models import Attempt


def note(event: Event, attempt: Attempt, client: Client, *, subject: User | None = None) -> None:
    """Record an event of an attempt, in the transaction of what it describes.

    ``subject``: whom it is about, where that is known though the attempt cannot be won.
    """
    audit.record(
        event,
        directory=attempt.directory_id,
        client=client,
        subject=subject or attempt.user,
        attempt=attempt.pk,
        name_key=bytes(attempt.name_key),
    )
