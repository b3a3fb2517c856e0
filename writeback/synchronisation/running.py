"""One run from its first page to its last: people as they come, then who is gone, then groups.

What was applied stays when a run is cut off, since doing it again changes nothing; but only a run
that heard everything may say that somebody is gone, and only then does its mark count.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import IntegrityError, transaction

from accounts.people.models import Directory, Group
from writeback.agent.answers import Refused
from writeback.synchronisation import applying, departures, pages, planning
from writeback.synchronisation.departures import Count
from writeback.synchronisation.groups import Groups
from writeback.synchronisation.notes import AT_ONCE, Notes, packed
from writeback.synchronisation.pages import Page, Record
from writeback.synchronisation.planning import Plan
from writeback.synchronisation.standing import standing

_BEGINNINGS = 3  # of a reading that an agent forgot
_ROUNDS = 5  # for people who wait for each other's names


@dataclass(slots=True)
class Pass:
    """``mark``: where to begin; in the end, where the next one begins. ``tell`` hears each change
    in words, ``alive`` that the run goes on. ``doubtful``: how many are gone, and nobody agreed."""

    directory: Directory
    mark: str
    accepts: Callable[[Count], bool]
    dry_run: bool
    tell: Callable[[str], None]
    alive: Callable[[], None]
    counts: Counter[str] = field(default_factory=Counter)
    doubtful: Count | None = None
    whole: bool = False

    def run(self) -> None:
        """Raises Away and Refused."""
        with Notes() as notes:
            end = self._read(notes)
            self.whole = end.whole
            departed = self._depart(notes)
            self._look_again(notes)
            groups = Groups(self.directory, notes, self.dry_run, self.tell, self.alive)
            groups.settle(empty_gone=departed)
            self.counts |= {"groups": groups.changed, "memberships": groups.moved}
            if departed and not self.dry_run:
                departures.forget_kept_out(self.directory, notes)
            if departed:
                returned = departures.is_back_unread(self.directory, notes)
                self.mark = "" if returned else end.mark

    def _read(self, notes: Notes) -> Page:
        for _beginning in range(_BEGINNINGS):
            try:
                return self._read_all(notes)
            except Refused as refusal:
                if refusal.code != "start_over":
                    raise
                notes.clear()
        raise Refused("start_over")

    def _read_all(self, notes: Notes) -> Page:
        records: list[Record] = []
        for page in pages.read(self.directory.pk, self.mark):
            self.alive()
            notes.see(page.present)
            notes.see(packed(one.anchor) for one in page.people)
            notes.see(packed(one.anchor) for one in page.groups)
            for part in page.groups:
                notes.hear(part)
            records += page.people
            while len(records) >= AT_ONCE:
                self._take(notes, records[:AT_ONCE], last=False)
                del records[:AT_ONCE]
        self._take(notes, records, last=False)
        return page

    def _look_again(self, notes: Notes) -> None:
        """At those whose name was taken, as long as that frees any."""
        for _round in range(_ROUNDS):
            before = notes.waiting
            for batch in notes.take_waiting():
                self._take(notes, batch, last=False)
            if notes.waiting in {0, before}:
                break
        for batch in notes.take_waiting():
            self._take(notes, batch, last=True)

    def _take(self, notes: Notes, records: Sequence[Record], *, last: bool) -> None:
        if not records:
            return
        for record in records:
            if record.primary:
                notes.add_member(record.primary, record.anchor)
        made = self._done(partial(self._planned, records, last=last))
        notes.wait(made.waiting)

    def _planned(self, records: Sequence[Record], *, last: bool) -> Plan:
        here = standing(self.directory, records, lock=not self.dry_run)
        domains = frozenset(self.directory.domains.values_list("name", flat=True))
        return planning.plan(here, domains, records, last=last)

    def _depart(self, notes: Notes) -> bool:
        """Disable who is gone; False, with nobody disabled, when somebody has to agree first."""
        count = departures.count(self.directory, notes)
        is_doubtful = count.is_doubtful or self._loses_groups(notes)
        if is_doubtful and not self.accepts(count):
            self.doubtful = count
            return False
        for keys in notes.missed():
            self.alive()
            self._done(partial(self._departing, keys))
        return True

    def _departing(self, keys: list[int]) -> Plan:
        return departures.plan(self.directory, keys, lock=not self.dry_run)

    def _loses_groups(self, notes: Notes) -> bool:
        """More than one in twenty, and more than one at all."""
        rows = Group.objects.in_directory(self.directory).exclude(anchor="")
        anchors = list(rows.values_list("anchor", flat=True))
        gone = sum(not notes.has_seen(anchor) for anchor in anchors)
        return gone > 1 and Count(len(anchors), gone).is_doubtful

    def _done(self, plan: Callable[[], Plan]) -> Plan:
        """Plan and write in one transaction; once more where somebody else was faster."""
        try:
            made = self._written(plan)
        except IntegrityError:
            made = self._written(plan)
        self.counts += made.counts
        for line in made.lines:
            self.tell(line)
        return made

    def _written(self, plan: Callable[[], Plan]) -> Plan:
        with transaction.atomic():
            made = plan()
            if not self.dry_run:
                applying.write(made)
        return made


def nothing(_line: str) -> None:
    """For whom nobody listens to."""
