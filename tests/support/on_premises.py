"""Passwords in a real directory server, asked by the agent in this process."""

import uuid
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
from writeback.synchronisation.models import Fault, Quarantine, RunOutcome, SynchronisationRun

SetVariable = Callable[[str, str], None]


def environment_of(settings: LdapSettings, state: Path) -> dict[str, str]:
    """These settings, as an agent's environment has them."""
    return {
        "AGENT_STATE_DIR": str(state),
        "LDAP_KIND": settings.kind,
        "LDAP_URLS": " ".join(settings.urls),
        "LDAP_BASE_DN": settings.base_dn,
        "LDAP_BIND_DN": settings.bind_dn,
        "LDAP_BIND_PASSWORD": settings.bind_password,
        "LDAP_CA_FILE": settings.ca_file,
        "LDAP_DEFAULT_POLICY_DN": settings.default_policy_dn,
    }


def serve(server: Any, directory: Directory, state: Path, setenv: SetVariable) -> None:
    """From now on the agent in this process serves this directory from this server."""
    settings: LdapSettings = server.settings
    setenv("AGENT_DIRECTORY", directory.name)
    for name, value in environment_of(settings, state).items():
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


def runs_of(directory: Directory) -> None:
    """A synchronisation that went well, one that asks, and accounts that were not taken over."""
    rows = [
        (RunOutcome.DONE, "", {"created": 214, "changed": 3, "quarantined": 2}),
        (RunOutcome.ASKS, "", {"missing": 31, "known": 217}),
        (RunOutcome.REFUSED, "limited", {}),
    ]
    for outcome, reason, counts in rows:
        SynchronisationRun.objects.create(
            directory=directory, outcome=outcome, reason=reason, counts=counts
        )
    for name, fault in (
        ("dora@elsewhere.example", Fault.DOMAIN),
        ("backup-service", Fault.NO_NAME),
    ):
        Quarantine.objects.create(
            directory=directory, anchor=str(uuid.uuid4()), name=name, fault=fault
        )
