"""An agent at work: the one entry for every way that a message may have come."""

from dataclasses import dataclass

from nacl.public import PrivateKey, PublicKey
from nacl.signing import SigningKey, VerifyKey

from writeback.agent.messages import Request
from writeback.agent.sealing import seal, unseal
from writeback.agent.work import Worker


@dataclass(frozen=True, slots=True)
class Keys:
    """What an agent opens and signs with. ``opening``: its own keys, the current one first;
    ``portal``: whom results are sealed to; ``signers``: whose requests are taken."""

    opening: tuple[PrivateKey, ...]
    signing: SigningKey
    portal: PublicKey
    signers: tuple[VerifyKey, ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """Opens a request, has it done and seals what came of it."""

    worker: Worker
    keys: Keys

    def answer(self, box: bytes) -> bytes:
        """The sealed result of a sealed request.

        Raises Unopenable and Malformed: what is not from the portal, or not understood, is not
        answered at all.
        """
        opened = unseal(box, keys=self.keys.opening, signers=self.keys.signers)
        result = self.worker.work(Request.decoded(opened.content))
        return seal(result.encoded(), to=self.keys.portal, by=self.keys.signing)
