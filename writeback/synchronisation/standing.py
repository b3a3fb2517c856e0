"""What is here already of a batch of records, read in a number of statements that does not grow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.people import names
from accounts.people.models import Directory, User
from accounts.tenancy import across_directories
from writeback.synchronisation.models import Absence, AbsenceKind
from writeback.synchronisation.pages import Record


@dataclass(slots=True)
class Standing:
    """``known``: people by their anchors. ``holders``: whose a user ID is, by its key;
    ``elsewhere``: those of other directories' people. ``accounts``: whose an account name is, told
    by a key or, of somebody new, by an anchor. ``absences``: of these people, by their keys. All
    of them move on while a batch is planned."""

    directory: Directory
    known: dict[str, User]
    holders: dict[str, User]
    elsewhere: frozenset[str]
    accounts: dict[str, int | str]
    absences: dict[int, Absence]

    def is_gone(self, user: User) -> bool:
        absence = self.absences.get(user.pk)
        return absence is not None and absence.kind == AbsenceKind.GONE


def standing(directory: Directory, records: Sequence[Record], *, lock: bool) -> Standing:
    """``lock``: nobody else changes these people while the transaction lasts."""
    people = User.objects.in_directory(directory)
    if lock:
        people = people.select_for_update(no_key=True)
    keys = [names.key(record.name) for record in records if record.name]
    anchored = people.exclude(anchor="")  # which the index of anchors leaves out
    known = anchored.filter(anchor__among=[one.anchor for one in records]).order_by("pk")
    named = people.filter(upn_key__among=keys).order_by("pk")
    found = {user.pk: user for user in known}
    for user in named:
        found.setdefault(user.pk, user)
    for user in found.values():
        user.directory = directory
    return Standing(
        directory,
        {user.anchor: user for user in found.values() if user.anchor},
        {user.upn_key: user for user in found.values()},
        _elsewhere(directory, keys),
        _accounts(directory, records),
        _absences(directory, found),
    )


def account_of(record: Record) -> str:
    """The account name as it is kept; empty where it is none we could keep."""
    longest = User._meta.get_field("account_name").max_length or 0
    return names.key(record.account) if len(record.account) <= longest else ""


def _elsewhere(directory: Directory, keys: list[str]) -> frozenset[str]:
    with across_directories("a user ID is somebody's only once"):
        others = User.objects.filter(upn_key__among=keys).exclude(directory=directory)
        return frozenset(others.values_list("upn_key", flat=True))


def _accounts(directory: Directory, records: Sequence[Record]) -> dict[str, int | str]:
    wanted = {account for record in records if (account := account_of(record))}
    rows = User.objects.in_directory(directory).filter(account_name__among=sorted(wanted))
    return dict(rows.values_list("account_name", "pk"))


def _absences(directory: Directory, users: Iterable[int]) -> dict[int, Absence]:
    rows = Absence.objects.in_directory(directory).filter(user__pk__among=list(users))
    return {absence.user_id: absence for absence in rows}
