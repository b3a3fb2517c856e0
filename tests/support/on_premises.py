"""Passwords in a real directory server, asked by the agent in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from accounts.people.models import Directory, Source, User
from tests.cast import PASSWORD
from writeback.agent.settings import LdapSettings
from writeback.channel import in_process

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
