"""Passwords in a real directory server, asked by the agent in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.people.models import Directory, Source, StoreKind, User
from tests.cast import PASSWORD
from writeback.agent.doctor import mending
from writeback.agent.doctor.findings import finding, told
from writeback.agent.settings import LdapSettings
from writeback.channel import in_process
from writeback.doctor.conditions import condition_of
from writeback.models import Diagnosis

SetVariable = Callable[[str, str], None]


def serve(server: Any, directory: Directory, state: Path, setenv: SetVariable) -> None:
    """From now on the agent in this process serves this directory from this server."""
    settings: LdapSettings = server.settings
    for name, value in {
        "AGENT_DIRECTORY": directory.name,
        "AGENT_STATE_DIR": str(state),
        "LDAP_KIND": settings.kind,
        "LDAP_URLS": " ".join(settings.urls),
        "LDAP_BASE_DN": settings.base_dn,
        "LDAP_BIND_DN": settings.bind_dn,
        "LDAP_BIND_PASSWORD": settings.bind_password,
        "LDAP_CA_FILE": settings.ca_file,
        "LDAP_DEFAULT_POLICY_DN": settings.default_policy_dn,
    }.items():
        setenv(name, value)
    in_process.forget()
    directory.store_kind = settings.kind
    directory.save()


def move_to(server: Any, user: User, password: str = PASSWORD) -> str:
    """From now on this person's password lives in the server; returns their DN there."""
    dn: str = server.make(user.user_principal_name.partition("@")[0], password)
    server.rename(dn, user.user_principal_name)
    user.source = Source.SYNCHRONIZED
    user.password = ""
    user.save()
    return dn


def check_of(directory: Directory) -> None:
    """A directory with a server of its own, of which the last check found this and that."""
    directory.store_kind = StoreKind.ACTIVE_DIRECTORY
    directory.save()
    unit, sid = "OU=Staff,DC=corp,DC=example", "S-1-5-21-255438271-2406770570-3048742873-1102"
    lines = mending.for_unit(mending.Right.RESET, mending.Trustee(sid, "CORP\\sspr"), unit)
    findings = [
        finding("reachable", server=1),
        finding("certificate", "expires_soon", server=1, until="2026-12-01"),
        finding("bind", server=1),
        finding("clock", "unsaid"),
        finding("right_reset", "missing", where=unit, mends=lines),
    ]
    Diagnosis.objects.create(
        directory=directory,
        checked_at=timezone.now(),
        condition=condition_of(findings),
        findings=[told(one) for one in findings],
    )
