"""Over a broker to agents elsewhere: a queue for each, and a place for each message's answer.

What lies in the broker is sealed. Every message has a place of its own for its answer, under a
number that nobody can guess, so that a late answer never meets another question.
"""

import base64
import logging
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from accounts.people.models import Directory
from writeback.agent.answers import AnswerLost, Away
from writeback.agent.broker import BOXES_KEPT, QUEUE, TASK, Address, Names
from writeback.agent.notes import public_key, verify_key
from writeback.channel import agents, connection
from writeback.channel.transport import Addressee

log = logging.getLogger(__name__)


class Broker:
    def addressee(self, directory: Directory, name: str = "") -> Addressee:
        agent = agents.live(directory.pk, name)
        if agent is None:
            raise Away
        ahead = timedelta(milliseconds=agent.clock_ahead)
        return Addressee(agent.name, public_key(agent.opening), verify_key(agent.signer), ahead)

    def carry(
        self, box: bytes, directory: Directory, to: Addressee, until: datetime, wait: timedelta
    ) -> bytes:
        names = Names(str(directory.pk), to.name)
        number = uuid.uuid4().hex
        client = connection.client()
        try:
            client.ping()  # what cannot be reached now was sent nothing
        except redis.RedisError as error:
            log.warning("WB-308 the agents' broker is away (%s)", type(error).__name__)
            raise Away from error
        try:
            _sender(connection.address(), names.prefix).send_task(
                TASK,
                args=[base64.b64encode(box).decode(), number],
                queue=QUEUE,
                expires=until,
                ignore_result=True,
                retry=False,
            )
            client.expire(names.prefix + QUEUE, BOXES_KEPT)
            seconds = min(wait.total_seconds(), connection.LONGEST_WAIT)
            waiting = connection.client(seconds)
            found = cast(Any, waiting.blpop([names.answer(number)], timeout=seconds))
        except (OperationalError, redis.RedisError) as error:
            log.warning("WB-309 the agents' broker went away (%s)", type(error).__name__)
            raise AnswerLost from error
        if not found:
            raise AnswerLost
        return bytes(found[1])

    def is_away(self, directory: Directory) -> bool:
        return agents.live(directory.pk) is None


@cache
def _sender(where: Address, prefix: str) -> Celery:
    """An application for each agent: everything of one lies under one prefix."""
    app = Celery("portal", set_as_current=False)
    app.conf.update(where.celery(prefix))
    return app
