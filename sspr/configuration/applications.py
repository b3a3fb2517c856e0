"""Links on the start page, brought into line with a configuration file.

The file's list is the whole list, in the order in which people see it.
"""

from accounts.people import events
from accounts.people.models import Application, Directory
from accounts.people.registry import Difference, differences
from sspr.configuration import fields
from sspr.configuration.document import DirectoryEntry, GroupedEntry
from sspr.configuration.work import Work, ensure_group, note_settings


def apply_applications(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    """Make the directory's links those of the file, in its order."""
    if entry.applications is None:
        return
    rows = Application.objects.in_directory(directory).order_by("position", "pk")
    held = {link.name: link for link in rows}
    wanted = [link.name for link in entry.applications]
    for name in [name for name in held if name not in wanted]:
        held.pop(name).delete()
        work.note(f"{directory.name} / application {name}", "there", "removed")
        work.act.note_for(events.ApplicationRemoved(name=name), directory)
    staying = [name for name in wanted if name in held]
    if staying != list(held):
        work.note(f"{directory.name} / application order", list(held), staying)
    for position, link in enumerate(entry.applications):
        with work.at(link.place):
            now = held.get(link.name) or Application(directory=directory, name=link.name)
            _application(link, now, position, directory, work)


def _application(
    entry: GroupedEntry, now: Application, position: int, directory: Directory, work: Work
) -> None:
    is_new = now.pk is None
    held = Application.objects.in_directory(directory)
    was = Application() if is_new else held.get(pk=now.pk)
    now.position = position
    for key, name in fields.APPLICATION.items():
        if key in entry.settings:
            setattr(now, name, entry.settings[key])
    now.full_clean(exclude=["directory"])
    changes = differences(was, now, fields.APPLICATION.values())
    now.save()
    place = f"{directory.name} / application {now.name}"
    if is_new:
        work.note(place, "", "new link on the start page")
    note_settings(place, changes, work, {}, fields.APPLICATION)
    changes += _groups(entry, now, directory, work)
    if changes or is_new:
        told = [str(change) for change in changes]
        work.act.note_for(events.ApplicationChanged(name=now.name, changes=told), directory)


def _groups(
    entry: GroupedEntry, link: Application, directory: Directory, work: Work
) -> list[Difference]:
    """Whom the link is for."""
    if entry.groups is None:
        return []
    held = sorted(link.groups.filter(directory=directory).values_list("name", flat=True))
    wanted = sorted(set(entry.groups))
    if held == wanted:
        return []
    link.groups.set([ensure_group(name, directory, work) for name in wanted])
    place = f"{directory.name} / application {link.name} / groups"
    work.note(place, held, wanted)
    return [Difference("groups", held, wanted)]
