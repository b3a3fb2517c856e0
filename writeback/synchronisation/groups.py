"""Groups as the directory server has them: their names, who is in them, and which is in which.

A group with the name of one that was made here is taken to be that one, because policies name it.
One that is gone is emptied and not deleted: a policy without groups is everybody's. Members who
are kept here only are left where they are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts import seams
from accounts.audit.events import Event
from accounts.audit.services import record, record_many
from accounts.client import Client
from accounts.people import events as people_events
from accounts.people import groups as closure
from accounts.people.models import Directory, Group, GroupNesting, Membership, Source, User
from accounts.people.registry import recount
from writeback.synchronisation.models import Fault, Quarantine
from writeback.synchronisation.notes import Notes, Pair
from writeback.synchronisation.rings import without_rings

LONGEST_NAME = 120
_AT_ONCE = 1000


@dataclass(slots=True)
class Groups:
    """The groups of one directory while it is synchronised.

    ``kept`` has those of the directory server by their anchors, ``told`` the anchors of those that
    were read this time, or are gone: only their members are settled.
    """

    directory: Directory
    notes: Notes
    dry_run: bool
    tell: Callable[[str], None]
    alive: Callable[[], None]
    kept: dict[str, Group] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    changed: int = 0
    moved: int = 0

    def settle(self, *, empty_gone: bool) -> None:
        """Bring groups and who is in them into line; then ``changed`` is how many are new or have
        another name, ``moved`` how many were put into one or taken out of it."""
        self._name()
        if empty_gone:
            self.told |= {one for one in self.kept if not self.notes.has_seen(one)}
        self._take_out()
        for pairs in self.notes.pairs():
            self.alive()
            self._put_in(pairs)
        if self._nest():
            recount(self.directory)

    def _name(self) -> None:
        rows = Group.objects.in_directory(self.directory).order_by("pk")
        by_name = {group.name: group for group in rows}
        self.kept = {group.anchor: group for group in by_name.values() if group.anchor}
        told = self.notes.groups()
        for anchor, whole in sorted(told.items()):
            name, known = whole[:LONGEST_NAME].strip() or anchor, self.kept.get(anchor)
            holder = by_name.get(name)
            if known is not None and holder is known:
                self.told.add(anchor)
            elif holder is not None and (known is not None or holder.anchor):
                self._keep_out(anchor, name)
            else:
                before = known.name if known else ""
                self.kept[anchor] = by_name[name] = self._named(anchor, name, known or holder)
                by_name.pop(before, None)
                self.told.add(anchor)

    def _keep_out(self, anchor: str, name: str) -> None:
        """A known group keeps its name and is filled all the same."""
        self.tell(f"! {name}: {Fault.GROUP_TAKEN.label}")
        if anchor in self.kept:
            self.told.add(anchor)
        if not self.dry_run:
            Quarantine.objects.update_or_create(
                directory=self.directory,
                anchor=anchor,
                defaults={"name": name, "fault": Fault.GROUP_TAKEN},
            )

    def _named(self, anchor: str, name: str, group: Group | None) -> Group:
        """A group that is new here, was renamed, or was made here before."""
        self.changed += 1
        self.tell(f"+ {name}" if group is None else f"~ {group.name}: {name}")
        if self.dry_run:
            return group or Group(directory=self.directory, name=name, anchor=anchor)
        with transaction.atomic():
            if group is None:
                group, old = closure.create(self.directory, name), ""
            else:
                old = group.name
            group.name, group.anchor = name, anchor
            group.save(update_fields=["name", "anchor"])
            if not old:
                self._note(people_events.GroupCreated(group=name))
            elif old != name:
                self._note(people_events.GroupRenamed(group=name, old=old))
        return group

    def _note(self, event: Event) -> None:
        record(event, directory=self.directory.pk, client=Client.nowhere())

    def _take_out(self) -> None:
        """Of the groups that were read, whom the directory server has in them no more."""
        anchors = {self.kept[one].pk: one for one in self.told if self.kept[one].pk}
        rows = Membership.objects.in_directory(self.directory).order_by("pk")
        rows = rows.filter(group__pk__among=sorted(anchors)).exclude(user__anchor="")
        rows = rows.exclude(user__source=Source.CLOUD)
        told, last = rows.values_list("pk", "user__anchor", "group_id"), 0
        while batch := list(told.filter(pk__gt=last)[:_AT_ONCE]):
            self.alive()
            last = batch[-1][0]
            gone = [
                pk
                for pk, member, group in batch
                if not self.notes.is_member(member, anchors[group])
            ]
            if gone:
                mine = rows.filter(pk__among=gone).select_related("user", "group")
                self._write(list(mine), removed=True)

    def _put_in(self, pairs: list[Pair]) -> None:
        """Who is not yet where the directory server has them."""
        members = {member for member, group in pairs if group in self.kept}
        people = User.objects.in_directory(self.directory).exclude(anchor="")
        people = people.exclude(source=Source.CLOUD)
        people = people.filter(anchor__among=sorted(members))
        keys = dict(people.values_list("anchor", "pk"))
        rows = Membership.objects.in_directory(self.directory)
        rows = rows.filter(user__pk__among=list(keys.values()))
        held = set(rows.values_list("user_id", "group_id"))
        missing = [
            (keys[member], self.kept[group])
            for member, group in pairs
            if member in keys and group in self.kept
            if (keys[member], self.kept[group].pk) not in held
        ]
        if missing:
            users = {user.pk: user for user in people}
            new = [
                Membership(directory=self.directory, user=users[key], group=group)
                for key, group in missing
                if key in users
            ]
            self._write(new, removed=False)

    def _write(self, rows: list[Membership], *, removed: bool) -> None:
        self.moved += len(rows)
        by_user: dict[int, list[Membership]] = defaultdict(list)
        for row in rows:
            by_user[row.user_id].append(row)
        if self.dry_run or not rows:
            for mine in by_user.values():
                names = ", ".join(sorted(row.group.name for row in mine))
                sign = "out of" if removed else "into"
                self.tell(f"~ {mine[0].user.user_principal_name}: {sign} {names}")
            return
        with transaction.atomic():
            if removed:
                mine_only = Membership.objects.in_directory(self.directory)
                mine_only.filter(pk__among=[row.pk for row in rows]).delete()
            else:
                Membership.objects.bulk_create(rows, ignore_conflicts=True)
            people = [mine[0].user for mine in by_user.values()]
            noted = [(_changed(by_user[user.pk], removed), user) for user in people]
            record_many(noted, directory=self.directory.pk, client=Client.nowhere())
            for user in people:
                user.directory = self.directory
            for hear in seams.people_synchronized():
                hear(self.directory, people, ())

    def _nest(self) -> int:
        """Put groups into groups; what would close a ring is left out."""
        links = GroupNesting.objects.in_directory(self.directory)
        anchors = {group.pk: anchor for anchor, group in self.kept.items() if group.pk}
        there = set(links.values_list("parent_id", "child_id"))
        settled = {self.kept[one].pk for one in self.told if self.kept[one].pk}
        gone = {
            (parent, child)
            for parent, child in there
            if parent in settled
            and child in anchors
            and not self.notes.is_member(anchors[child], anchors[parent])
        }
        new = without_rings(there - gone, self._wanted() - there)
        self.moved += len(gone) + len(new)
        if self.dry_run or not gone | new:
            return 0
        with transaction.atomic():
            for parent, child in gone:
                links.filter(parent_id=parent, child_id=child).delete()
            GroupNesting.objects.bulk_create(
                (
                    GroupNesting(directory=self.directory, parent_id=parent, child_id=child)
                    for parent, child in sorted(new)
                ),
                ignore_conflicts=True,
            )
            closure.rebuild(self.directory)
        return len(gone) + len(new)

    def _wanted(self) -> set[tuple[int, int]]:
        """Which group is in which, by their keys."""
        return {
            (self.kept[group].pk, self.kept[member].pk)
            for pairs in self.notes.pairs()
            for member, group in pairs
            if self._is_kept(member) and self._is_kept(group) and member != group
        }

    def _is_kept(self, anchor: str) -> bool:
        """Is it a group that is in the database? A dry run makes none."""
        return anchor in self.kept and self.kept[anchor].pk is not None


def _changed(rows: Iterable[Membership], removed: bool) -> people_events.GroupsChanged:
    names = sorted(row.group.name for row in rows)
    return people_events.GroupsChanged(
        added=[] if removed else names, removed=names if removed else []
    )
