"""Who is gone from the directory server: nobody is deleted here, only disabled.

Their trail, methods and groups stay, and with the anchor they come back. Whoever has become
invisible by a fault (another base, a right that was taken away) must not be taken for gone, so when
it is more than one in twenty somebody is asked first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts.people import events as people_events
from accounts.people.models import Directory, Source, User
from writeback.synchronisation import events
from writeback.synchronisation.models import Absence, AbsenceKind, Quarantine
from writeback.synchronisation.notes import Notes
from writeback.synchronisation.planning import Plan

ASKED_FROM = 20  # one person in so many may be gone without anybody being asked
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Count:
    """How many people were there until now, and how many of them are gone."""

    known: int
    gone: int

    @property
    def is_doubtful(self) -> bool:
        return self.gone * ASKED_FROM > self.known


def count(directory: Directory, notes: Notes) -> Count:
    """Compare who is here with who was seen, and note who was not."""
    known = gone = 0
    for batch in _known(directory):
        missing = [pk for pk, anchor in batch if not notes.has_seen(anchor)]
        notes.miss(missing)
        known, gone = known + len(batch), gone + len(missing)
    return Count(known, gone)


def plan(directory: Directory, keys: list[int], *, lock: bool) -> Plan:
    """Disable these people, of whom nobody has changed meanwhile what they are."""
    made = Plan(directory)
    people = User.objects.in_directory(directory).filter(pk__among=keys).order_by("pk")
    rows = Absence.objects.in_directory(directory).filter(user__pk__among=keys)
    absences = {absence.user_id: absence for absence in rows}
    for user in people.select_for_update(no_key=True) if lock else people:
        user.directory = directory
        _leave(made, user, absences.get(user.pk))
    return made


def forget_kept_out(directory: Directory, notes: Notes) -> None:
    """Who was kept out and is gone needs no place any more."""
    rows = Quarantine.objects.in_directory(directory).values_list("pk", "anchor")
    gone = [pk for pk, anchor in rows.iterator(_AT_ONCE) if not notes.has_seen(anchor)]
    Quarantine.objects.in_directory(directory).filter(pk__among=gone).delete()


def is_back_unread(directory: Directory, notes: Notes) -> bool:
    """Is somebody there again who did not change, so that nothing was read of them?"""
    rows = Absence.objects.in_directory(directory).filter(kind=AbsenceKind.GONE)
    anchors = rows.values_list("user__anchor", flat=True)
    return any(notes.has_seen(anchor) for anchor in anchors.iterator(_AT_ONCE))


def _leave(made: Plan, user: User, absence: Absence | None) -> None:
    if absence is None:
        absence = Absence(directory=made.directory, user=user, restores=user.enabled)
    absence.kind, absence.since = AbsenceKind.GONE, made.now
    made.absent.append(absence)
    made.noted.append((events.PersonGone(), user))
    made.counts["gone"] += 1
    made.lines.append(f"- {user.user_principal_name}: gone")
    columns = ["account_name"]  # somebody new may have it
    user.account_name = ""
    if user.enabled:
        user.enabled, user.sessions_valid_from = False, timezone.now()
        columns += ["enabled", "sessions_valid_from"]
        made.noted.append((people_events.PersonDisabled(), user))
    made.mark(user, columns)


def _known(directory: Directory) -> Iterator[list[tuple[int, str]]]:
    """Keys and anchors of everybody who was there until now, in batches of bounded memory."""
    last = 0
    people = User.objects.in_directory(directory).exclude(anchor="").exclude(source=Source.CLOUD)
    people = people.exclude(absence__kind=AbsenceKind.GONE).order_by("pk")
    rows = people.values_list("pk", "anchor")
    while batch := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1][0]
        yield batch
