"""Writing what is there as a configuration file that ``apply`` would change nothing by."""

from typing import Any

from accounts.messages.models import MessageText
from accounts.people.models import Application, Directory, Group, GroupNesting
from accounts.policy.models import BannedTerm, Policy
from registration.telephony.budgets import budget_of
from sspr.configuration import fields


def document(directories: list[Directory]) -> dict[str, Any]:
    """Everything a file can say about these directories. Logos stay out: they are files."""
    return {"directories": [_directory(directory) for directory in directories]}


def _directory(directory: Directory) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": directory.name,
        "domains": list(directory.domains.values_list("name", flat=True)),
    }
    found |= _nested(directory, fields.DIRECTORY)
    found |= _nested(budget_of(directory), fields.TELEPHONY)
    found["groups"] = _groups(directory)
    words = BannedTerm.objects.in_directory(directory).order_by("term")
    found["banned_words"] = list(words.values_list("term", flat=True))
    policies = Policy.objects.in_directory(directory).order_by("position", "pk")
    found["policies"] = [_grouped(policy, directory, fields.POLICY) for policy in policies]
    links = Application.objects.in_directory(directory).order_by("position", "pk")
    found["applications"] = [_grouped(link, directory, fields.APPLICATION) for link in links]
    texts = MessageText.objects.in_directory(directory).order_by("kind", "language")
    found["texts"] = [
        {
            "message": text.kind,
            "language": text.language,
            "subject": text.subject,
            "body": text.body,
        }
        for text in texts
    ]
    return found


def _grouped(row: Policy | Application, directory: Directory, table: dict[str, str]) -> Any:
    groups = row.groups.filter(directory=directory).order_by("name")
    return {
        "name": row.name,
        "groups": list(groups.values_list("name", flat=True)),
        **_nested(row, table),
    }


def _groups(directory: Directory) -> list[dict[str, Any]]:
    links = GroupNesting.objects.in_directory(directory).select_related("child")
    below: dict[int, list[str]] = {}
    for link in links:
        below.setdefault(link.parent_id, []).append(link.child.name)
    groups = Group.objects.in_directory(directory).order_by("name")
    return [{"name": group.name, "contains": sorted(below.get(group.pk, []))} for group in groups]


def _nested(row: Any, table: dict[str, str]) -> dict[str, Any]:
    """The settings of a row, under the sections of their dotted keys."""
    found: dict[str, Any] = {}
    for key, name in table.items():
        section, _dot, inner = key.rpartition(".")
        target = found.setdefault(section, {}) if section else found
        target[inner] = getattr(row, name)
    return found
