"""Forgetting a person without breaking the evidence."""

from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.audit import services
from accounts.audit.services import Person
from accounts.audit.upkeep import PersonErased
from accounts.client import Client


@transaction.atomic
def erase(person: Person, *, actor: Person | None, client: Client) -> None:
    """Destroy the key of a person's personal data in the trail; nobody can read it afterwards.

    The records stay as they were sealed, and so does the proof that nobody changed them.
    """
    people = get_user_model()._default_manager.filter(directory_id=person.directory_id)
    people.filter(pk=person.pk).update(audit_key=b"")
    person.audit_key = b""
    services.record(
        PersonErased(), directory=person.directory_id, client=client, subject=person, actor=actor
    )
