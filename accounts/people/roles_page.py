"""docs/roles.md, written from the matrix itself, so that the two cannot differ."""

from accounts.people.models import Role
from accounts.people.roles import (
    ACTION_LABELS,
    ACTIONS,
    CAPABILITY_LABELS,
    GRANTS,
    HOLDERS,
    REACH,
    Action,
    Capability,
)

_YES, _NO = "yes", "–"
_INTRODUCTION = """\
# Roles

Made from `accounts/people/roles.py`, which alone decides; a test compares the two. Everybody with
a role signs in with a second factor. Operators work in every directory, all others in their own:
what belongs to another directory does not exist for them. Whoever is disabled may do nothing.
"""
_ACTING = """\
## Who may act on whom

Resetting a password, unlocking an account and changing what proves who somebody is give the same
power, so they stand in one matrix. The strongest role of the other person counts. Nobody acts on
themselves or on an equal.
"""
_GRANTING = """\
## Who may grant which role

Granting and taking away also need power over the person as they are now: nobody changes their own
roles, and nobody takes a role from an operator. The first operator is made by `manage.py appoint`,
and only while there is none.
"""


def page() -> str:
    """The whole document."""
    parts = [_INTRODUCTION, _ACTING, _acting(), _doing(), _GRANTING, _granting(), _opening()]
    return "\n".join(parts)


def _acting() -> str:
    rows = [
        [_label(actor), *(_may_reach(actor, held) for held in ["", *Role.values])]
        for actor in REACH
    ]
    return _table(["may act on", "no role", *(_label(role) for role in Role.values)], rows)


def _doing() -> str:
    rows = [
        [str(ACTION_LABELS[action]), *(_said(action in ACTIONS[actor]) for actor in ACTIONS)]
        for action in Action
    ]
    return "## What they may do\n\n" + _table(["", *(_label(actor) for actor in ACTIONS)], rows)


def _granting() -> str:
    rows = [
        [_label(actor), *(_said(role in GRANTS[actor]) for role in Role.values)] for actor in GRANTS
    ]
    return _table(["may grant", *(_label(role) for role in Role.values)], rows)


def _opening() -> str:
    rows = [
        [str(CAPABILITY_LABELS[part]), *(_said(role in HOLDERS[part]) for role in Role.values)]
        for part in Capability
    ]
    head = ["", *(_label(role) for role in Role.values)]
    return "## Which pages open\n\n" + _table(head, rows)


def _may_reach(actor: str, held: str) -> str:
    return _said(not held or held in REACH[actor])


def _said(may: bool) -> str:
    return _YES if may else _NO


def _label(role: str) -> str:
    return str(Role(role).label).lower()


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
