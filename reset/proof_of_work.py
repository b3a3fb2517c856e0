"""Proof of work: a browser finds a number that we hid, before strangers' requests are let in.

We draw a number below settings.BOT_CHALLENGE_NUMBERS and tell the hash of a salt with it; whoever
wants in tries one number after the other. That costs a browser a moment, and a program that
wants ten thousand attempts ten thousand moments. Nobody has to read, hear or remember anything,
and nobody else is asked (ALTCHA works alike).

Nothing is kept until a solution comes: what we asked is signed, for one browser and one purpose.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.crypto import fits, keyed_hash, same
from accounts.limits import services as limits
from accounts.limits.services import Limit

LIFE = timedelta(minutes=10)
SPENT = Limit(f"{limits.ONCE}proof_of_work", times=1, within=LIFE, rest=LIFE)
LONGEST = 300
_PURPOSE = "proof of work"
# version, salt, when it runs out, how many numbers there are, the hash to find, our signature
_ASKED = r"1\.([0-9a-f]{32})\.([0-9]{1,12})\.([0-9]{1,9})\.([0-9a-f]{64})"
_ANSWER = re.compile(rf"({_ASKED})\.([0-9a-f]{{64}})\.([0-9]{{1,9}})")


class ProofOfWork:
    """``settings.BOT_CHALLENGE``, unless an operator plugs in another."""

    template = "components/proof_of_work.html"
    script = "js/proof_of_work.js"

    def ask(self, *, browser: str, purpose: str) -> str:
        """What the browser is to solve; good for ten minutes, once."""
        salt, most = secrets.token_hex(16), settings.BOT_CHALLENGE_NUMBERS
        ends = int((timezone.now() + LIFE).timestamp())
        goal = _hash(salt, str(secrets.randbelow(most)))
        asked = f"1.{salt}.{ends}.{most}.{goal}"
        return f"{asked}.{_signature(asked, browser, purpose)}"

    def passed(self, answer: str, *, browser: str, purpose: str) -> bool:
        """Is this a solution of what we asked this browser for this? Each is good once.

        Call it outside any transaction.
        """
        found = _ANSWER.fullmatch(answer) if len(answer) <= LONGEST else None
        if found is None:
            return False
        asked, salt, ends, most, goal, signature, number = found.groups()
        if not fits(bytes.fromhex(signature), _PURPOSE, asked, browser, purpose):
            return False
        if int(ends) <= timezone.now().timestamp() or int(most) < settings.BOT_CHALLENGE_NUMBERS:
            return False
        if not same(_hash(salt, number).encode(), goal.encode()):
            return False
        return limits.spend(SPENT, salt).allowed


def _hash(salt: str, number: str) -> str:
    return hashlib.sha256(f"{salt}.{number}".encode()).hexdigest()


def _signature(asked: str, browser: str, purpose: str) -> str:
    return keyed_hash(_PURPOSE, asked, browser, purpose).hex()
