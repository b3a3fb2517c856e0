"""Groups within groups. The closure table answers who is in what with one join.

Every change takes the directory's row first, so that two administrators cannot close a ring
between them.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.people.models import Directory, Group, GroupClosure, GroupNesting, Membership, User

Pairs = set[tuple[int, int]]


@transaction.atomic
def create(directory: Directory | int, name: str) -> Group:
    """A new group, which is above itself as every group is."""
    key = directory if isinstance(directory, int) else directory.pk
    group = Group.objects.create(directory_id=key, name=name)
    _insert({(group.pk, group.pk)}, key)
    return group


@transaction.atomic
def remove(group: Group) -> None:
    """Delete a group; what it contained is in its parents no longer."""
    directory = _locked(group.directory_id)
    group.delete()
    rebuild(directory)


@transaction.atomic
def add_member(group: Group, user: User) -> bool:
    """Put a person directly into a group; False if they already were."""
    _same_directory(group.directory_id, user.directory_id)
    _membership, made = Membership.objects.in_directory(group.directory_id).get_or_create(
        group=group, user=user, defaults={"directory_id": group.directory_id}
    )
    return made


def remove_member(group: Group, user: User) -> bool:
    """Take a person out of a group; False if they were not directly in it."""
    found = Membership.objects.in_directory(group.directory_id).filter(group=group, user=user)
    return found.delete()[0] > 0


@transaction.atomic
def nest(parent: Group, child: Group) -> bool:
    """Put ``child`` into ``parent``; False if it already was. Rings are refused."""
    _same_directory(parent.directory_id, child.directory_id)
    directory = _locked(parent.directory_id)
    above = {*_ancestors(parent), parent.pk}
    below = {*_descendants(child), child.pk}
    if child.pk in above:
        raise ValidationError(
            _("%(parent)s is already in %(child)s; groups cannot contain each other."),
            "cycle",
            {"parent": parent.name, "child": child.name},
        )
    _link, made = GroupNesting.objects.in_directory(directory).get_or_create(
        parent=parent, child=child, defaults={"directory_id": directory}
    )
    _insert({(up, down) for up in above for down in below}, directory)
    return made


@transaction.atomic
def unnest(parent: Group, child: Group) -> bool:
    """Take ``child`` out of ``parent``; False if it was not directly in it."""
    directory = _locked(parent.directory_id)
    link = GroupNesting.objects.in_directory(directory).filter(parent=parent, child=child)
    if not link.delete()[0]:
        return False
    below = {*_descendants(child), child.pk}
    _settle(directory, below)
    return True


@transaction.atomic
def rebuild(directory: Directory | int) -> int:
    """Make the closure table from the direct links again; returns how many rows were wrong."""
    key = directory if isinstance(directory, int) else directory.pk
    _locked(key)
    groups = Group.objects.in_directory(key).values_list("pk", flat=True)
    return _settle(key, set(groups))


def _settle(directory: int, groups: set[int]) -> int:
    """Bring the rows above these groups into line with the links; how many were wrong."""
    links = GroupNesting.objects.in_directory(directory).values_list("child_id", "parent_id")
    wanted = _closure(links, groups)
    rows = GroupClosure.objects.in_directory(directory).filter(descendant_id__in=groups)
    there = set(rows.values_list("ancestor_id", "descendant_id"))
    wrong = there - wanted
    for ancestor, descendant in wrong:
        rows.filter(ancestor_id=ancestor, descendant_id=descendant).delete()
    _insert(wanted - there, directory)
    return len(wrong) + len(wanted - there)


def _closure(links: Iterable[tuple[int, int]], groups: set[int]) -> Pairs:
    """Everything above each of the groups, itself included."""
    parents: dict[int, set[int]] = defaultdict(set)
    for child, parent in links:
        parents[child].add(parent)
    pairs: Pairs = set()
    for group in groups:
        waiting, above = [group], {group}
        while waiting:
            fresh = parents[waiting.pop()] - above
            above |= fresh
            waiting.extend(fresh)
        pairs |= {(ancestor, group) for ancestor in above}
    return pairs


def _insert(pairs: Pairs, directory: int) -> None:
    rows = [
        GroupClosure(directory_id=directory, ancestor_id=up, descendant_id=down)
        for up, down in sorted(pairs)
    ]
    GroupClosure.objects.bulk_create(rows, ignore_conflicts=True)


def _ancestors(group: Group) -> Iterable[int]:
    rows = GroupClosure.objects.in_directory(group.directory_id).filter(descendant=group)
    return rows.values_list("ancestor_id", flat=True)


def _descendants(group: Group) -> Iterable[int]:
    rows = GroupClosure.objects.in_directory(group.directory_id).filter(ancestor=group)
    return rows.values_list("descendant_id", flat=True)


def _locked(directory: int) -> int:
    return Directory.objects.select_for_update().get(pk=directory).pk


def _same_directory(left: int, right: int) -> None:
    if left != right:
        raise ValidationError(_("The two belong to different directories."), "directory")
