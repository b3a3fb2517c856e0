"""Agents beside directory servers: ``manage.py agent list``, ``manage.py agent acl``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.tenancy import across_directories
from writeback.agent.broker import Names, acl_of_agent, acl_of_portal
from writeback.channel import agents, enrolment
from writeback.models import Agent

_HASH = "SHA256-OF-ITS-PASSWORD"


class Command(BaseCommand):
    help = "Lists agents, and prints what lets them and the portal into their broker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["list", "acl"])

    def handle(self, *args: Any, **options: Any) -> None:
        with across_directories("an operator's command"):
            found = list(Agent.objects.filter(revoked_at=None).select_related("directory"))
        lines = _acl(found) if options["what"] == "acl" else _list(found)
        for line in lines:
            self.stdout.write(line)


def _list(found: list[Agent]) -> list[str]:
    return [
        "  ".join(
            [
                one.directory.name,
                one.name,
                str(agents.state(one).label),
                enrolment.fingerprint_of(one),
            ]
        ).rstrip()
        for one in found
    ]


def _acl(found: list[Agent]) -> list[str]:
    """Lines for redis.conf, the portal's first; each password as its SHA-256 in hex."""
    names = [Names(str(one.directory_id), one.name) for one in found]
    users = [acl_of_portal(_HASH), *(acl_of_agent(one, _HASH) for one in names)]
    return ["user default off", *(f"user {rules}" for rules in users)]
