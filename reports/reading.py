"""What a reader asked to see: a directory and filters, as a link carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from accounts.audit.models import AuditRecord
from accounts.moments import zone_of
from accounts.people.models import Directory, User
from reports import access, queries, tables
from reports.forms import ActivityForm

FILTERS = ("q", "kind", "outcome", "since", "until")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader sees of the trail."""

    reader: User
    directory: Directory
    form: ActivityForm
    addresses: bool

    @classmethod
    def of(cls, reader: User, query: Mapping[str, str]) -> Self:
        """Read a link; raises Http404 for a directory that the reader does not see."""
        directory = access.directory_for(reader, query.get("directory", ""))
        values = {**{name: query.get(name, "") for name in FILTERS}, "directory": directory.pk}
        form = ActivityForm(values, directories=access.directories_for(reader))
        return cls(reader, directory, form, access.sees_addresses(reader))

    def records(self) -> queries.Records:
        """What passes the filters; nothing when one of them says nothing we understand."""
        rows = queries.records(self.directory)
        if not self.form.is_valid():
            return rows.none()
        values = self.form.cleaned_data
        rows = queries.between(
            rows, values["since"], values["until"], zone_of(self.directory.time_zone)
        )
        for name in ("kind", "outcome"):
            if values[name]:
                rows = rows.filter(**{name: values[name]})
        try:
            return queries.about(rows, self.directory, values["q"]) if values["q"] else rows
        except queries.TooManyPeople:
            self.form.add_error("q", _("Too many people are called that. Write more of the name."))
            return rows.none()

    def row(self, entry: AuditRecord, *, addresses: bool) -> tables.Row:
        """A record in words, in the time of the directory."""
        return tables.row(entry, time_zone=self.directory.time_zone, addresses=addresses)

    def filters(self) -> list[str]:
        """The names of the filters that are on."""
        return [name for name in FILTERS if self.form.cleaned_data.get(name)]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the link that takes it off."""

    text: str
    query: str


def chips(form: ActivityForm, query: Mapping[str, str]) -> list[Chip]:
    """The filters that are on, in words."""
    if not form.is_valid():
        return []
    shown = []
    for name in FILTERS:
        value = form.cleaned_data.get(name)
        if value:
            choices = dict(getattr(form.fields[name], "choices", ()))
            text = f"{form.fields[name].label}: {choices.get(value, value)}"
            shown.append(Chip(text, query_of({**_plain(query), name: ""})))
    return shown


def query_of(query: Mapping[str, str], **place: str) -> str:
    """The link's query for these filters, at another place of the list."""
    return urlencode({name: value for name, value in {**_plain(query), **place}.items() if value})


def _plain(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query.get(name, "") for name in (*FILTERS, "directory")}
