"""Where in the broker an agent's things lie, and what its user there may do.

Everything of one agent begins with its own prefix, and its user reaches nothing else: neither
another agent's queue nor the portal's tasks. What lies there is sealed; the broker's rules keep
agents from disturbing one another.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis

from writeback.agent.settings import WrongSettings, secret

TASK = "answer"
QUEUE = "jobs"
HEARTBEAT_KEPT = 60_000  # ms; its rest tells how long ago it was sent
ANSWER_KEPT = 120  # s
APPLICATION_KEPT = 3600  # s
ANNOUNCEMENT_KEPT = 3600  # s
BOXES_KEPT = 300  # s without a new one; then nobody takes them any more

# What kombu's worker needs, and what we do ourselves. No KEYS, SCAN, EVAL, PUBLISH, CONFIG, FLUSH.
_AGENT_MAY = (
    "auth hello ping select "
    "brpop llen lpush rpush multi exec watch unwatch hset hget hdel zadd zrem "
    "sadd smembers set get del expire"
)
_PORTAL_MAY = (
    "auth hello ping select lpush llen blpop get pttl set del expire sadd smembers multi exec"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The keys of one agent of one directory."""

    directory: str
    agent: str

    @property
    def prefix(self) -> str:
        return f"writeback:{self.directory}:{self.agent}:"

    @property
    def heartbeat(self) -> str:
        return self.prefix + "heartbeat"

    @property
    def application(self) -> str:
        return self.prefix + "application"

    @property
    def announcement(self) -> str:
        return self.prefix + "announcement"

    def answer(self, number: str) -> str:
        """Where the answer to one message is put."""
        return f"{self.prefix}answer:{number}"

    @property
    def user(self) -> str:
        return f"agent-{self.directory}-{self.agent}"


def acl_of_agent(names: Names, password_hash: str) -> str:
    """An agent's user in the broker (Redis 7), as behind ``ACL SETUSER`` or ``user`` in its
    configuration; the password as its SHA-256 in hex."""
    return _acl(names.user, password_hash, f"~{names.prefix}*", _AGENT_MAY)


def acl_of_portal(password_hash: str) -> str:
    """The same of the user by which the portal reaches all agents."""
    return _acl("portal", password_hash, "~writeback:*", _PORTAL_MAY)


def _acl(user: str, password_hash: str, keys: str, commands: str) -> str:
    allowed = " ".join(f"+{command}" for command in commands.split())
    return f"{user} reset on #{password_hash} {keys} resetchannels -@all {allowed}"


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A broker's address with its password, and the authority its certificate must be from."""

    url: str
    ca_file: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Address":
        """Reads AGENT_BROKER_URL (or …_FILE) and AGENT_BROKER_CA_FILE; raises WrongSettings."""
        url = secret(environment, "AGENT_BROKER_URL").strip()
        if not url.startswith(("rediss://", "redis://")):
            raise WrongSettings("AGENT_BROKER_URL is missing: rediss://USER:PASSWORD@HOST:PORT/0")
        return cls(url, environment.get("AGENT_BROKER_CA_FILE", ""))

    @property
    def tls(self) -> dict[str, Any]:
        """What a connection with TLS verifies; empty without TLS."""
        if not self.url.startswith("rediss://"):
            return {}
        files = {"ssl_ca_certs": self.ca_file} if self.ca_file else {}
        return {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True, **files}

    def client(self, *, timeout: float) -> "redis.Redis":
        """A client of our own; ``timeout`` in seconds, for everything."""
        tls = {**self.tls, "ssl_cert_reqs": "required"} if self.tls else {}
        return redis.Redis.from_url(
            self.url, socket_timeout=timeout, socket_connect_timeout=2, **tls
        )

    def celery(self, prefix: str) -> dict[str, Any]:
        """How Celery uses it: JSON only, no results, no remote control, under one prefix."""
        return {
            "broker_url": self.url,
            "broker_transport": "writeback.agent.boxes:Transport",
            "broker_use_ssl": self.tls or None,
            "broker_connection_retry_on_startup": True,
            "broker_connection_max_retries": None,
            "broker_transport_options": {
                "global_keyprefix": prefix,
                "socket_timeout": 5,
                "socket_connect_timeout": 2,
                "socket_keepalive": True,
            },
            "task_serializer": "json",
            "accept_content": ["json"],
            "task_default_queue": QUEUE,
            "task_ignore_result": True,
            "worker_enable_remote_control": False,
            "worker_send_task_events": False,
            "worker_hijack_root_logger": True,
        }
