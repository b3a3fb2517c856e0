"""Policies and banned words, brought into line with a configuration file.

The file's list is the whole list: its order is the order in which policies are tried, and a
policy that is not in it is removed.
"""

from django.conf import settings

from accounts import seams
from accounts.people.models import Directory
from accounts.people.registry import Difference, differences
from accounts.policy import events
from accounts.policy.models import BannedTerm, HelpdeskKind, Policy
from accounts.policy.validation import warnings
from sspr.configuration import fields, weakening
from sspr.configuration.document import DirectoryEntry, GroupedEntry
from sspr.configuration.work import Work, ensure_group, note_settings


def apply_policies(
    entry: DirectoryEntry, directory: Directory, work: Work, *, is_new: bool
) -> None:
    """Make the directory's policies those of the file, in its order."""
    if entry.policies is None:
        return
    held = {policy.name: policy for policy in Policy.objects.in_directory(directory)}
    wanted = [policy.name for policy in entry.policies]
    for name in [name for name in held if name not in wanted]:
        _remove(held.pop(name), directory, work)
    staying = [name for name in wanted if name in held]
    if staying != list(held):
        work.note(f"{directory.name} / policy order", list(held), staying, weaker=True)
    for position, policy in enumerate(entry.policies):
        with work.at(policy.place):
            now = held.get(policy.name) or Policy(directory=directory, name=policy.name)
            _policy(policy, now, position, directory, work, compare=not is_new)


def apply_words(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    """Make the directory's banned words those of the file."""
    if entry.banned_words is None:
        return
    held = BannedTerm.objects.in_directory(directory)
    there = set(held.values_list("term", flat=True))
    wanted = {term.strip().lower() for term in entry.banned_words}
    added, removed = sorted(wanted - there), sorted(there - wanted)
    held.filter(term__in=removed).delete()
    for term in added:
        with work.at(f"{entry.place}.banned_words, {term}"):
            word = BannedTerm(directory=directory, term=term)
            word.full_clean(exclude=["directory"])
            word.save()
    if added or removed:
        place = f"{directory.name} / banned words"
        work.note(place, removed, added, weaker=bool(removed))
        work.act.note_for(events.BannedWordsChanged(added=added, removed=removed), directory)


def _policy(
    entry: GroupedEntry,
    now: Policy,
    position: int,
    directory: Directory,
    work: Work,
    *,
    compare: bool,
) -> None:
    is_new = now.pk is None
    was = Policy() if is_new else Policy.objects.in_directory(directory).get(pk=now.pk)
    now.position = position
    for key, name in fields.POLICY.items():
        if key in entry.settings:
            setattr(now, name, entry.settings[key])
    if "helpdesk.link" in entry.settings:
        now.helpdesk_kind = HelpdeskKind.LINK if now.helpdesk_link else HelpdeskKind.BUILT_IN
    now.full_clean(exclude=["directory"])
    changes = differences(was, now, fields.POLICY.values())
    now.save()
    place = f"{directory.name} / policy {now.name}"
    if is_new:
        work.note(place, "", "new policy")
    note_settings(place, changes, work, weakening.POLICY if compare else {}, fields.POLICY)
    changes += _groups(entry, now, directory, work, settled=compare and not is_new)
    told = [str(change) for change in changes]
    if changes or is_new:
        work.act.note_for(events.PolicyChanged(policy=now.name, changes=told), directory)
        _tell(place, now, work)


def _groups(
    entry: GroupedEntry, policy: Policy, directory: Directory, work: Work, *, settled: bool
) -> list[Difference]:
    """Whom the policy is for. Moving people between policies may put them under a laxer one."""
    if entry.groups is None:
        return []
    held = sorted(policy.groups.filter(directory=directory).values_list("name", flat=True))
    wanted = sorted(set(entry.groups))
    if held == wanted:
        return []
    policy.groups.set([ensure_group(name, directory, work) for name in wanted])
    place = f"{directory.name} / policy {policy.name} / groups"
    work.note(place, held, wanted, weaker=settled)
    return [Difference("groups", held, wanted)]


def _remove(policy: Policy, directory: Directory, work: Work) -> None:
    place = f"{directory.name} / policy {policy.name}"
    policy.delete()
    work.note(place, "there", "removed", weaker=True)
    work.act.note_for(events.PolicyRemoved(policy=policy.name), directory)


def _tell(place: str, policy: Policy, work: Work) -> None:
    """What an administrator should know about a policy that changed."""
    effects = [sentence for effect in seams.policy_effects() for sentence in effect(policy)]
    work.remarks.extend(
        f"{place}: {sentence}"
        for sentence in [*warnings(policy, installed=settings.VERIFICATION_METHODS), *effects]
    )
