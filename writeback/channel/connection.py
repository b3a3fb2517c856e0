"""The portal's own connection to the agents' broker."""

from functools import cache

import redis
from django.conf import settings

from writeback.agent.broker import Address

LONGEST_WAIT = 30.0  # s, for an answer


def address() -> Address:
    """Where the broker is, and our user there."""
    return Address(settings.AGENT_BROKER_URL, settings.AGENT_BROKER_CA_FILE)


def client() -> "redis.Redis":
    return _client(address())


@cache
def _client(where: Address) -> "redis.Redis":
    return where.client(timeout=LONGEST_WAIT + 5)
