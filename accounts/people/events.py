"""What the audit trail says about directories, people, groups and roles.

Contact data is personal, so an event names the fields that changed and not what they hold.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome

DONE = Outcome.SUCCEEDED


@dataclass(frozen=True, kw_only=True)
class DirectoryCreated(
    Event, kind="directory.created", outcome=DONE, sentence=_("Created directory %(name)s")
):
    name: str


@dataclass(frozen=True, kw_only=True)
class BackupRestored(
    Event,
    kind="directory.restored",
    outcome=Outcome.NOTED,
    sentence=_("A back-up was restored; what was open in it has ended"),
):
    """What happened after the back-up was made is not in the trail."""


@dataclass(frozen=True, kw_only=True)
class DirectoryChanged(
    Event, kind="directory.changed", outcome=DONE, sentence=_("Changed directory %(name)s")
):
    """``changes``: one ``setting: old -> new`` for each that differs."""

    name: str
    changes: list[str]


@dataclass(frozen=True, kw_only=True)
class DomainsChanged(
    Event, kind="directory.domains_changed", outcome=DONE, sentence=_("Changed the domains")
):
    added: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class PersonCreated(
    Event, kind="people.created", outcome=DONE, sentence=_("Created the account (%(source)s)")
):
    source: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(
    Event, kind="people.changed", outcome=DONE, sentence=_("Changed the account: %(fields)s")
):
    fields: str


@dataclass(frozen=True, kw_only=True)
class PersonEnabled(Event, kind="people.enabled", outcome=DONE, sentence=_("Enabled the account")):
    pass


@dataclass(frozen=True, kw_only=True)
class PersonDisabled(
    Event, kind="people.disabled", outcome=DONE, sentence=_("Disabled the account")
):
    pass


@dataclass(frozen=True, kw_only=True)
class PasswordImported(
    Event, kind="people.password_imported", outcome=DONE, sentence=_("Set a password by import")
):
    pass


@dataclass(frozen=True, kw_only=True)
class PeopleImported(
    Event,
    kind="people.imported",
    outcome=DONE,
    sentence=_("Imported people: %(created)d new, %(updated)d changed"),
):
    """A stretch of a file: which rows, and how many of them changed something."""

    first_row: int
    last_row: int
    created: int
    updated: int


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event, kind="people.role_granted", outcome=DONE, sentence=_("Granted %(role)s")):
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event, kind="people.role_revoked", outcome=DONE, sentence=_("Revoked %(role)s")):
    role: str


@dataclass(frozen=True, kw_only=True)
class GroupsChanged(
    Event, kind="people.groups_changed", outcome=DONE, sentence=_("Changed the groups")
):
    """The groups somebody was put into or taken out of, by name."""

    added: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class GroupCreated(
    Event, kind="groups.created", outcome=DONE, sentence=_("Created group %(group)s")
):
    group: str


@dataclass(frozen=True, kw_only=True)
class GroupRenamed(
    Event, kind="groups.renamed", outcome=DONE, sentence=_("Renamed group %(old)s to %(group)s")
):
    group: str
    old: str


@dataclass(frozen=True, kw_only=True)
class GroupRemoved(
    Event, kind="groups.removed", outcome=DONE, sentence=_("Removed group %(group)s")
):
    group: str


@dataclass(frozen=True, kw_only=True)
class GroupNested(
    Event, kind="groups.nested", outcome=DONE, sentence=_("Put group %(child)s into %(group)s")
):
    group: str
    child: str


@dataclass(frozen=True, kw_only=True)
class GroupUnnested(
    Event, kind="groups.unnested", outcome=DONE, sentence=_("Took group %(child)s out of %(group)s")
):
    group: str
    child: str


@dataclass(frozen=True, kw_only=True)
class BlockLifted(
    Event, kind="limits.lifted", outcome=DONE, sentence=_("Lifted a block (%(limit)s)")
):
    """A block counts under a keyed hash, which does not say whose it was."""

    limit: str


@dataclass(frozen=True, kw_only=True)
class LockLifted(Event, kind="limits.lock_lifted", outcome=DONE, sentence=_("Lifted a lock")):
    pass


@dataclass(frozen=True, kw_only=True)
class ResetsBlocked(
    Event,
    kind="people.resets_blocked",
    outcome=Outcome.BLOCKED,
    sentence=_("Said that a reset was not theirs: resets of the account are stopped"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ResetsAllowed(
    Event,
    kind="people.resets_allowed",
    outcome=DONE,
    sentence=_("Allowed resets of the account again"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class ApplicationChanged(
    Event,
    kind="applications.changed",
    outcome=DONE,
    sentence=_("Changed the link to %(name)s on the start page"),
):
    """``changes``: one ``setting: old -> new`` for each that differs."""

    name: str
    changes: list[str]


@dataclass(frozen=True, kw_only=True)
class ApplicationRemoved(
    Event,
    kind="applications.removed",
    outcome=DONE,
    sentence=_("Removed the link to %(name)s from the start page"),
):
    name: str
