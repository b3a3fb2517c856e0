"""Which words a message has, and how they look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, CharField, Q
from django.utils.safestring import SafeString

from accounts.messages import writing
from accounts.messages.kinds import KINDS
from accounts.messages.models import MessageText
from accounts.people.models import Directory
from accounts.prepared import Given, Prepared
from accounts.segments import segments

_WANTED = Prepared(
    lambda: MessageText.objects.filter(
        Q(language=Given("theirs", CharField())) | Q(language=Given("usual", CharField())),
        directory_id=Given("directory", BigIntegerField()),
        kind=Given("kind", CharField()),
    )
)


@dataclass(frozen=True, slots=True)
class Words:
    """An organisation's own words, filled in: for the subject, the plain text and the page."""

    subject: str
    text: str
    page: SafeString


def chosen(directory: Directory, kind: str, language: str) -> tuple[MessageText | None, str]:
    """The words for a reader, and their language: those in the reader's language, else in the
    directory's, else our own."""
    if kind not in KINDS:
        return None, language
    wanted = _WANTED.all(
        directory=directory.pk, kind=kind, theirs=language, usual=directory.language
    )
    texts = {text.language: text for text in wanted}
    found = texts.get(language) or texts.get(directory.language)
    return found, found.language if found else language


def worded(own: MessageText, context: Mapping[str, Any]) -> Words:
    """The words of a mail with the values of this one."""
    names = KINDS[own.kind].placeholders
    values = {name: " ".join(str(context.get(name, "")).split()) for name in names}
    values["portal"] = f"{settings.PUBLIC_BASE_URL}/"
    return Words(
        subject=writing.fill(own.subject, values),
        text=writing.fill(own.body.replace("\r\n", "\n"), values),
        page=writing.page(own.body, values),
    )


def text_message(own: MessageText, context: Mapping[str, str]) -> str:
    """A text message in the words of the organisation; empty where it would be too long."""
    text = writing.text_message(own.body, context)
    return text if segments(text) <= writing.MOST_PARTS else ""
