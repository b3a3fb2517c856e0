"""People and where they belong."""

from accounts.people.models.applications import Application
from accounts.people.models.directory import (
    COLOR,
    BotChallenge,
    Directory,
    Domain,
    StoreKind,
)
from accounts.people.models.groups import Group, GroupClosure, GroupNesting, Membership
from accounts.people.models.not_me import Denial, NotMeLink
from accounts.people.models.roles import Role, RoleGrant, roles_of
from accounts.people.models.user import PasswordRecord, Source, User, new_audit_key

__all__ = [
    "COLOR",
    "Application",
    "BotChallenge",
    "Denial",
    "Directory",
    "Domain",
    "Group",
    "GroupClosure",
    "GroupNesting",
    "Membership",
    "NotMeLink",
    "PasswordRecord",
    "Role",
    "RoleGrant",
    "Source",
    "StoreKind",
    "User",
    "new_audit_key",
    "roles_of",
]
