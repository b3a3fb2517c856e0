"""Who may do what to whom, and who may open which page. Nothing else decides that.

Resetting somebody, unlocking them and changing what proves who they are give the same power over
an account, so they stand in one matrix. docs/roles.md is made from this file.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from accounts.people.models import Directory, Role, User


class Action(StrEnum):
    """What staff do to a person."""

    VIEW = "view"
    RESET = "reset"
    UNLOCK = "unlock"
    EDIT_CONTACTS = "edit_contacts"
    LIFT_BLOCK = "lift_block"
    EDIT = "edit"
    DISABLE = "disable"
    GRANT_ROLE = "grant_role"


class Capability(StrEnum):
    """A part of the staff pages."""

    ADMIN = "admin"
    DIRECTORIES = "directories"
    POLICIES = "policies"
    PEOPLE = "people"
    HELPDESK = "helpdesk"
    REPORTS = "reports"
    AUDIT = "audit"
    LIMITS = "limits"
    TELEPHONY = "telephony"
    CAMPAIGNS = "campaigns"
    API = "api"


ACTION_LABELS = {
    Action.VIEW: _("See the person"),
    Action.RESET: _("Reset the password"),
    Action.UNLOCK: _("Unlock the account"),
    Action.EDIT_CONTACTS: _("Change contact data and methods"),
    Action.LIFT_BLOCK: _("Lift a block"),
    Action.EDIT: _("Change name, source, flags and groups"),
    Action.DISABLE: _("Disable and enable the account"),
    Action.GRANT_ROLE: _("Grant and take away roles"),
}

CAPABILITY_LABELS = {
    Capability.ADMIN: _("Configuration portal"),
    Capability.DIRECTORIES: _("Directories, domains, branding and links"),
    Capability.POLICIES: _("Policies and banned words"),
    Capability.PEOPLE: _("People and groups"),
    Capability.HELPDESK: _("Helpdesk console"),
    Capability.REPORTS: _("Activity reports"),
    Capability.AUDIT: _("Audit trail"),
    Capability.LIMITS: _("Blocks and locks"),
    Capability.TELEPHONY: _("Telephony spending (changed with directories)"),
    Capability.CAMPAIGNS: _("Campaigns"),
    Capability.API: _("API tokens"),
}

_ORDINARY: frozenset[str] = frozenset()
_SUPPORT = _ORDINARY | {Role.HELPDESK, Role.REPORTS_READER, Role.AUDITOR}
_ADMINISTRATORS = _SUPPORT | {Role.USER_ADMINISTRATOR, Role.POLICY_ADMINISTRATOR}

# What roles a person may hold at most, for the holder of the key to act on them.
REACH: dict[str, frozenset[str]] = {
    Role.HELPDESK: _ORDINARY,
    Role.USER_ADMINISTRATOR: _SUPPORT,
    Role.DIRECTORY_ADMINISTRATOR: _ADMINISTRATORS,
    Role.OPERATOR: _ADMINISTRATORS | {Role.DIRECTORY_ADMINISTRATOR},
}

_CONSOLE = frozenset(
    {Action.VIEW, Action.RESET, Action.UNLOCK, Action.EDIT_CONTACTS, Action.LIFT_BLOCK}
)
_KEEPING = _CONSOLE | {Action.EDIT, Action.DISABLE}

ACTIONS: dict[str, frozenset[Action]] = {
    Role.HELPDESK: _CONSOLE,
    Role.USER_ADMINISTRATOR: _KEEPING,
    Role.DIRECTORY_ADMINISTRATOR: _KEEPING | {Action.GRANT_ROLE},
    Role.OPERATOR: _KEEPING | {Action.GRANT_ROLE},
}

# An operator can appoint another one, and then has no more power over them.
GRANTS: dict[str, frozenset[str]] = {
    Role.DIRECTORY_ADMINISTRATOR: _ADMINISTRATORS,
    Role.OPERATOR: frozenset(Role.values),
}

HOLDERS: dict[Capability, tuple[str, ...]] = {
    Capability.ADMIN: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.POLICY_ADMINISTRATOR,
        Role.USER_ADMINISTRATOR,
    ),
    Capability.DIRECTORIES: (Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR),
    Capability.POLICIES: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.POLICY_ADMINISTRATOR,
    ),
    Capability.PEOPLE: (Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR, Role.USER_ADMINISTRATOR),
    Capability.HELPDESK: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.USER_ADMINISTRATOR,
        Role.HELPDESK,
    ),
    Capability.REPORTS: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.REPORTS_READER,
        Role.AUDITOR,
    ),
    Capability.AUDIT: (Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR, Role.AUDITOR),
    Capability.LIMITS: (Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR, Role.USER_ADMINISTRATOR),
    Capability.TELEPHONY: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.POLICY_ADMINISTRATOR,
        Role.USER_ADMINISTRATOR,
    ),
    Capability.CAMPAIGNS: (
        Role.OPERATOR,
        Role.DIRECTORY_ADMINISTRATOR,
        Role.USER_ADMINISTRATOR,
    ),
    Capability.API: (Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR),
}


def may(actor: User, action: Action, target: User) -> bool:
    """May the actor do this to the target? Never to themselves or an equal, except look."""
    if not actor.enabled or not sees(actor, target.directory_id):
        return False
    able = [role for role in actor.roles if action in ACTIONS.get(role, frozenset())]
    if action is Action.VIEW:
        return bool(able)
    if actor.pk == target.pk:
        return False
    return any(target.roles <= REACH[role] for role in able)


def may_grant(actor: User, role: str, target: User) -> bool:
    """May the actor give this role to the target?"""
    return role in grantable(actor) and may(actor, Action.GRANT_ROLE, target)


def may_revoke(actor: User, role: str, target: User) -> bool:
    """May the actor take this role from the target?"""
    return role in target.roles and may_grant(actor, role, target)


def grantable(actor: User) -> frozenset[str]:
    """The roles the actor may give to people at all."""
    none: frozenset[str] = frozenset()
    return none.union(*(GRANTS.get(role, none) for role in actor.roles))


def has(user: User, capability: Capability) -> bool:
    """May the person open this part of the staff pages?"""
    return user.enabled and not user.roles.isdisjoint(HOLDERS[capability])


def sees(actor: User, directory: Directory | int) -> bool:
    """Operators see every directory, everybody else only their own."""
    key = directory if isinstance(directory, int) else directory.pk
    return actor.directory_id == key or Role.OPERATOR in actor.roles
