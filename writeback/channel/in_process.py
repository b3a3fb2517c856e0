"""The agent in this very process, for small installations: where no broker is set."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime, timedelta

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from accounts.people.models import Directory
from writeback.agent import starting
from writeback.agent.answers import AnswerLost, Away
from writeback.agent.serving import Agent, Keys
from writeback.channel import keys
from writeback.channel.transport import Addressee

NAME = "in this process"
_agents: dict[str, Agent] = {}
_lock = threading.Lock()
_hands = ThreadPoolExecutor(max_workers=8, thread_name_prefix="agent")


class InProcess:
    """Serves the directory that AGENT_DIRECTORY names, or the default one where it is not set."""

    def addressee(self, directory: Directory, name: str = "") -> Addressee:
        if self.is_away(directory) or name not in {"", NAME}:
            raise Away
        agent = _agent(str(directory.pk))
        return Addressee(NAME, agent.keys.opening[0].public_key, agent.keys.signing.verify_key)

    def carry(
        self, box: bytes, directory: Directory, to: Addressee, until: datetime, wait: timedelta
    ) -> bytes:
        """Goes on by itself when nobody waits any longer; the journal then knows."""
        work = _hands.submit(_agent(str(directory.pk)).answer, box)
        try:
            return work.result(timeout=wait.total_seconds())
        except NotYet:
            raise AnswerLost from None

    def is_away(self, directory: Directory) -> bool:
        wanted = os.environ.get("AGENT_DIRECTORY", "")
        return not (directory.name == wanted if wanted else directory.is_default)


def forget() -> None:
    """Make the agents anew, after the environment changed."""
    while _agents:
        _agents.popitem()[1].worker.close()


def _agent(directory: str) -> Agent:
    """One for each directory; raises WrongSettings."""
    with _lock:
        if directory not in _agents:
            _agents[directory] = _made(directory)
        return _agents[directory]


def _made(directory: str) -> Agent:
    """With keys of its own, that live as long as the process."""
    own = Keys(
        opening=(PrivateKey.generate(),),
        signing=SigningKey.generate(),
        portal=keys.opening()[0].public_key,
        signers=(keys.signing().verify_key,),
    )
    return Agent(starting.worker(NAME, directory), own)
