"""Where Django looks for the app's models; each lives with the part it belongs to."""

from accounts.api.models import ApiToken
from accounts.audit.models import AuditRecord, Seal, SealedRecord, UnsealedRecord
from accounts.limits.models import Tally
from accounts.messages.models import MessageText
from accounts.outbox.models import Parcel, PeriodicJob
from accounts.people.models import (
    Application,
    Directory,
    Domain,
    Group,
    GroupClosure,
    GroupNesting,
    Membership,
    NotMeLink,
    PasswordRecord,
    Role,
    RoleGrant,
    Source,
    StoreKind,
    User,
)
from accounts.policy.models import BannedTerm, Policy
from accounts.signin.models import KnownBrowser, Lockout, Session

__all__ = [
    "ApiToken",
    "Application",
    "AuditRecord",
    "BannedTerm",
    "Directory",
    "Domain",
    "Group",
    "GroupClosure",
    "GroupNesting",
    "KnownBrowser",
    "Lockout",
    "Membership",
    "MessageText",
    "NotMeLink",
    "Parcel",
    "PasswordRecord",
    "PeriodicJob",
    "Policy",
    "Role",
    "RoleGrant",
    "Seal",
    "SealedRecord",
    "Session",
    "Source",
    "StoreKind",
    "Tally",
    "UnsealedRecord",
    "User",
]
