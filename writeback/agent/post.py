"""Between broker and agent: a box that was taken from the queue, and where its answer goes."""

import base64
import binascii
import logging
import re
import time
from dataclasses import dataclass

import redis

from writeback.agent.broker import ANSWER_KEPT, Names
from writeback.agent.home import Home
from writeback.agent.messages import Malformed
from writeback.agent.sealing import Unopenable
from writeback.agent.serving import Agent
from writeback.agent.work import Worker

log = logging.getLogger(__name__)

_NUMBER = re.compile(r"[0-9a-f]{32}")
_TRIES = (0.0, 0.2, 1.0)  # seconds before each try to hand in an answer


@dataclass(frozen=True, slots=True)
class Post:
    home: Home
    worker: Worker
    names: Names
    client: "redis.Redis"

    def answer(self, box: str, number: str) -> None:
        """Work on a box, in base64, and put the answer where its number says."""
        if not _NUMBER.fullmatch(number):
            log.warning("WB-313 a message without a number: not opened")
            return
        try:
            raw = base64.b64decode(box, validate=True)
            answer = Agent(self.worker, self.home.keys()).answer(raw)
        except (Unopenable, Malformed, binascii.Error) as fault:
            log.warning("WB-314 a message that is not the portal's to us: not answered (%s)", fault)
            return
        self._hand_in(self.names.answer(number), answer)

    def _hand_in(self, key: str, answer: bytes) -> None:
        """Whoever does not get it asks the journal."""
        for wait in _TRIES:
            time.sleep(wait)
            try:
                with self.client.pipeline(transaction=True) as together:
                    together.lpush(key, answer)
                    together.expire(key, ANSWER_KEPT)
                    together.execute()
            except redis.RedisError as error:
                log.warning("WB-315 an answer could not be handed in (%s)", type(error).__name__)
            else:
                return
