"""How an agent takes boxes from its queue: each once, whatever becomes of the agent.

Celery's own way would deliver a box again that was taken and not finished, and needs scripts in the
broker for that. An agent does no job twice, and who sent one asks the journal: nothing is delivered
again, and an agent's user needs no scripts, with which it could hold up the broker.
"""

from typing import Any

from kombu.transport import redis


class Once(redis.QoS):
    def restore_visible(self, *args: Any, **options: Any) -> None:
        """What was taken stays taken."""


class Channel(redis.Channel):
    QoS = Once


class Transport(redis.Transport):
    Channel = Channel
