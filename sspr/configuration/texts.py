"""Own texts of messages, brought into line with a configuration file.

The file's list is the whole list.
"""

from accounts.messages import events
from accounts.messages.models import MessageText
from accounts.people.models import Directory
from sspr.configuration.document import DirectoryEntry, TextEntry
from sspr.configuration.work import Work


def apply_texts(entry: DirectoryEntry, directory: Directory, work: Work) -> None:
    """Make the directory's own texts those of the file."""
    if entry.texts is None:
        return
    held = {
        (text.kind, text.language): text for text in MessageText.objects.in_directory(directory)
    }
    for text in entry.texts:
        now = held.pop((text.message, text.language), None)
        with work.at(text.place):
            _text(text, now or MessageText(directory=directory), directory, work)
    for gone in held.values():
        gone.delete()
        work.note(f"{directory.name} / text {gone}", "there", "removed")
        work.act.note_for(events.TextRemoved(text=str(gone)), directory)


def _text(entry: TextEntry, now: MessageText, directory: Directory, work: Work) -> None:
    was = (now.subject, now.body)
    now.kind, now.language = entry.message, entry.language
    now.subject, now.body = entry.subject, entry.body.strip()
    now.full_clean(exclude=["directory"])
    if now.pk and was == (now.subject, now.body):
        return
    work.note(f"{directory.name} / text {now}", was[0] or was[1], now.subject or now.body)
    now.save()
    work.act.note_for(events.TextChanged(text=str(now)), directory)
