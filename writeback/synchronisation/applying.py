"""Writing a plan down, in the transaction in which it was made."""

from accounts import seams
from accounts.audit.services import record_many
from accounts.client import Client
from accounts.people.models import User
from writeback.synchronisation.models import Absence, Quarantine
from writeback.synchronisation.planning import Plan

_OF_A_NAME = ["user_principal_name", "upn_key"]


def write(made: Plan) -> None:
    """As many statements whatever the number of people."""
    _save(made.aside, _OF_A_NAME)  # first, because somebody is waiting for these names
    User.objects.bulk_create(made.new)
    _save(list(made.changed.values()), sorted(made.columns))
    _write_absences(made)
    _write_quarantine(made)
    record_many(made.noted, directory=made.directory.pk, client=Client.nowhere())
    touched = [*made.new, *made.changed.values()]
    contacts = {user.pk for user in made.contacts}
    for user in made.new:
        user.directory = made.directory
    for hear in seams.people_synchronized() if touched else ():
        hear(made.directory, touched, contacts)


def _save(users: list[User], columns: list[str]) -> None:
    if users and columns:
        User.objects.bulk_create(
            users, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )


def _write_absences(made: Plan) -> None:
    if made.absent:
        Absence.objects.bulk_create(
            made.absent,
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["kind", "restores", "since"],
        )
    if made.back:
        absences = Absence.objects.in_directory(made.directory)
        absences.filter(user__pk__among=made.back).delete()


def _write_quarantine(made: Plan) -> None:
    kept_out = [
        Quarantine(directory=made.directory, anchor=anchor, name=name, fault=fault)
        for anchor, (name, fault) in made.kept_out.items()
    ]
    if kept_out:
        Quarantine.objects.bulk_create(
            kept_out,
            update_conflicts=True,
            unique_fields=["directory", "anchor"],
            update_fields=["name", "fault"],
        )
    if made.let_in:
        let_in = Quarantine.objects.in_directory(made.directory)
        let_in.filter(anchor__among=made.let_in).delete()
