"""The portal's own connection to the agents' broker."""

from functools import cache

import redis
from django.conf import settings

from writeback.agent.broker import Address

LONGEST_WAIT = 30.0  # s, for an answer of an agent
PATIENCE = 3.0  # s, for the broker itself


def address() -> Address:
    """Where the broker is, and our user there."""
    return Address(settings.AGENT_BROKER_URL, settings.AGENT_BROKER_CA_FILE)


def client(waiting: float = 0) -> "redis.Redis":
    """A client for requests that wait in the broker for so many seconds; 0: that do not wait."""
    return _client(address(), waiting + PATIENCE)


@cache
def _client(where: Address, timeout: float) -> "redis.Redis":
    return where.client(timeout=timeout)
