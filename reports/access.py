"""Whose activity a reader sees, and how much of it."""

from django.http import Http404

from accounts.people.models import Directory, User
from accounts.people.roles import HOLDERS, Capability, has, sees

READERS = HOLDERS[Capability.REPORTS]


def directory_for(reader: User, chosen: str) -> Directory:
    """The directory to show: the reader's own, or the one an operator chose.

    Another one is answered like one that does not exist.
    """
    if not chosen:
        return Directory.objects.get(pk=reader.directory_id)
    if not chosen.isdecimal():
        raise Http404
    directory = Directory.objects.filter(pk=int(chosen)).first()
    if directory is None or not sees(reader, directory):
        raise Http404
    return directory


def directories_for(reader: User) -> list[Directory]:
    """What a reader can choose from; nothing when there is nothing to choose."""
    found = list(Directory.objects.order_by("name"))
    return [one for one in found if sees(reader, one)] if len(found) > 1 else []


def sees_addresses(reader: User) -> bool:
    """May the reader see from which address somebody came, and not only the network?"""
    return has(reader, Capability.AUDIT)
