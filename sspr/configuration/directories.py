"""Directories, their domains and groups, brought into line with a configuration file."""

from django.core.exceptions import ValidationError

from accounts import branding
from accounts.people import events, groups, names
from accounts.people.models import Directory, Domain, GroupNesting, User
from accounts.people.registry import differences
from registration.telephony.budget_events import TelephonyBudgetChanged
from registration.telephony.budgets import budget_of
from sspr.configuration import fields, weakening
from sspr.configuration.applications import apply_applications
from sspr.configuration.document import DirectoryEntry, GroupEntry
from sspr.configuration.policies import apply_policies, apply_words
from sspr.configuration.texts import apply_texts
from sspr.configuration.work import Work, ensure_group, note_settings


def apply_directory(entry: DirectoryEntry, work: Work) -> None:
    was = _held(entry.name)
    now = _held(entry.name) or Directory(name=entry.name)
    for key, name in fields.DIRECTORY.items():
        if key in entry.settings:
            setattr(now, name, entry.settings[key])
    _logos(entry, now, work)
    _only_default(now)
    now.alias = now.alias.upper()
    now.full_clean()
    changes = differences(was, now, [*fields.DIRECTORY.values(), *fields.LOGOS.values()])
    now.save()
    work.directories.append(now)
    if was is None:
        work.note(entry.name, "", "new directory")
        work.act.note_for(events.DirectoryCreated(name=now.name), now)
    elif changes:
        note_settings(entry.name, changes, work, weakening.DIRECTORY, fields.DIRECTORY)
        told = [str(change) for change in changes]
        work.act.note_for(events.DirectoryChanged(name=now.name, changes=told), now)
    _telephony(entry, now, work)
    _domains(entry, now, work)
    for group in entry.groups:
        _group(group, now, work)
    apply_words(entry, now, work)
    apply_policies(entry, now, work, is_new=was is None)
    apply_applications(entry, now, work)
    apply_texts(entry, now, work)


def _telephony(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    was, now = budget_of(directory), budget_of(directory)
    for key, name in fields.TELEPHONY.items():
        if key in entry.settings:
            setattr(now, name, entry.settings[key])
    now.full_clean(exclude=["directory"])
    changes = differences(was, now, fields.TELEPHONY.values())
    if changes:
        now.save()
        note_settings(entry.name, changes, work, weakening.TELEPHONY, fields.TELEPHONY)
        event = TelephonyBudgetChanged(changes=[str(change) for change in changes])
        work.act.note_for(event, directory)


def _held(name: str) -> Directory | None:
    """What there is, its logos as plain bytes: PostgreSQL hands out views, which equal nothing."""
    directory = Directory.objects.filter(name=name).first()
    if directory:
        directory.logo, directory.logo_dark = bytes(directory.logo), bytes(directory.logo_dark)
    return directory


def _logos(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    for key, name in fields.LOGOS.items():
        if key not in entry.settings:
            continue
        file = entry.settings[key]
        try:
            content = (work.folder / file).read_bytes() if file else b""
        except OSError as error:
            raise ValidationError(f"{key}: {file} cannot be read ({error.strerror})") from error
        setattr(directory, name, branding.clean_logo(content) if content else b"")


def _only_default(directory: Directory) -> None:
    """The first directory is the default one; a new default takes that from the old."""
    if not directory.is_default and not Directory.objects.exclude(pk=directory.pk).exists():
        directory.is_default = True
    if directory.is_default:
        Directory.objects.filter(is_default=True).exclude(pk=directory.pk).update(is_default=False)


def _domains(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    wanted = [names.clean_domain(name) for name in entry.domains]
    held = list(directory.domains.values_list("name", flat=True))
    added = [name for name in wanted if name not in held]
    removed = [name for name in held if name not in wanted]
    for name in removed:
        _remove_domain(directory, name)
        work.note(f"{entry.name} / domain {name}", "there", "removed")
    for name in added:
        domain = Domain(directory=directory, name=name)
        domain.full_clean()
        domain.save()
        work.note(f"{entry.name} / domain {name}", "", "added")
    if added or removed:
        work.act.note_for(events.DomainsChanged(added=added, removed=removed), directory)


def _remove_domain(directory: Directory, name: str) -> None:
    people = User.objects.in_directory(directory).filter(upn_key__endswith=f"@{name}")
    if people.exists():
        raise ValidationError(f"{name} cannot be removed: people still have user IDs in it")
    directory.domains.filter(name=name).delete()


def _group(entry: GroupEntry, directory: Directory, work: Work) -> None:
    group = ensure_group(entry.name, directory, work)
    if entry.contains is None:
        return
    wanted = [ensure_group(name, directory, work) for name in entry.contains]
    links = GroupNesting.objects.in_directory(directory).filter(parent=group)
    held = [link.child for link in links.select_related("child")]
    place = f"{directory.name} / group {group.name}"
    for child in held:
        if child not in wanted and groups.unnest(group, child):
            work.note(place, f"contained {child.name}", "no longer")
            event = events.GroupUnnested(group=group.name, child=child.name)
            work.act.note_for(event, directory)
    for child in wanted:
        if groups.nest(group, child):
            work.note(place, "", f"contains {child.name}")
            work.act.note_for(events.GroupNested(group=group.name, child=child.name), directory)
