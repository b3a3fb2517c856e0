"""docker-compose.yml is checked without Docker: parts, commands, health and secrets."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from tests.deployment.test_env_example import read_by_agents, read_by_settings

ROOT = Path(settings.BASE_DIR)
OURS = ("web", "worker", "beat", "migrate")
AGENTS = ("agent", "agents_broker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


def command_of(service: dict[str, Any]) -> list[str]:
    if "command" in service:
        return list(service["command"])
    run = re.search(
        r"^CMD (\[.*\])", (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", ""), re.M
    )
    assert run
    return list(yaml.safe_load(run.group(1)))


def test_all_parts_are_there(compose: dict[str, Any]):
    assert set(compose["services"]) == {*OURS, *AGENTS, "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_our_commands_exist(compose: dict[str, Any], name: str):
    program, *rest = command_of(compose["services"][name])
    assert (ROOT / ".venv" / "bin" / program).exists() or program == "python"
    assert "manage.py" not in rest or rest[rest.index("manage.py") + 1] in get_commands()


def test_every_part_that_stays_says_whether_it_is_well(compose: dict[str, Any]):
    checked = {
        name
        for name, service in compose["services"].items()
        if "test" in service.get("healthcheck", {})
    }
    assert checked == {"worker", "beat", "postgres", "redis", "agents_broker"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text("utf-8")


def test_ours_wait_for_the_database_and_its_migrations(compose: dict[str, Any]):
    for name in ("web", "worker", "beat"):
        needs = compose["services"][name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert needs["postgres"]["condition"] == "service_healthy"


def test_our_environment_is_what_settings_read(compose: dict[str, Any]):
    given = {name.removesuffix("_FILE") for name in compose["services"]["web"]["environment"]}
    assert given <= read_by_settings() | read_by_agents()
    agent = compose["services"]["agent"]["environment"]
    secret = {name.removesuffix("_FILE") for name, value in agent.items() if "/secrets/" in value}
    known = read_by_agents()
    assert {name for name in agent if not name.endswith("_FILE") or name in known} <= known
    assert secret == {"AGENT_BROKER_URL", "LDAP_BIND_PASSWORD"}


def test_the_agent_meets_only_its_broker_and_the_directory_server(compose: dict[str, Any]):
    """It reaches neither the database nor the portal's own broker, nor do others reach it."""
    where = {name: set(s.get("networks", ["default"])) for name, s in compose["services"].items()}
    assert where["agent"] == {"agents", "directory"}
    assert where["agents_broker"] == {"agents"}
    assert where["postgres"] == where["redis"] == where["beat"] == {"default"}
    assert {name for name, nets in where.items() if "agents" in nets} == {*AGENTS, "web", "worker"}
    assert compose["networks"]["agents"] == {"internal": True}
    assert compose["services"]["agent"]["build"]["target"] == "agent"


def test_every_secret_comes_from_a_file(compose: dict[str, Any]):
    used = {s for service in compose["services"].values() for s in service.get("secrets", [])}
    assert used == set(compose["secrets"])
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_no_password_stands_in_the_environment(compose: dict[str, Any]):
    named = [
        name
        for service in compose["services"].values()
        for name in service.get("environment", {})
        if re.search(r"PASSWORD|SECRET|PEPPER|KEY|DATABASE_URL|REDIS_URL|BROKER_URL|EMAIL", name)
    ]
    assert named
    assert [name for name in named if not name.endswith("_FILE")] == []


def test_no_address_carries_a_password():
    assert not re.search(r"://[^/\s]*:[^/\s]*@", (ROOT / "docker-compose.yml").read_text("utf-8"))


def test_only_the_web_is_reached_from_outside_and_only_by_a_proxy(compose: dict[str, Any]):
    ports = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_ours_run_without_rights():
    assert re.search(r"^USER (?!root)\w+", (ROOT / "Dockerfile").read_text("utf-8"), re.M)


def test_the_image_and_the_scripts_install_with_the_same_uv():
    pinned = re.search(r"^UV_VERSION=(.+)$", (ROOT / "script" / "lib").read_text("utf-8"), re.M)
    assert pinned
    assert f"uv=={pinned.group(1)}" in (ROOT / "Dockerfile").read_text("utf-8")
