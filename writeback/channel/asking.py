"""One order, one agent, one answer: sealed on the way there and on the way back."""

import logging
from datetime import timedelta

from django.core.cache import cache
from django.views.decorators.debug import sensitive_variables

from accounts.people.models import Directory
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.messages import Malformed, Request, Result, State
from writeback.agent.sealing import Unopenable, seal, unseal
from writeback.agent.settings import WrongSettings
from writeback.channel import keys
from writeback.channel.in_process import InProcess
from writeback.channel.orders import Order
from writeback.channel.transport import Addressee, Transport

log = logging.getLogger(__name__)

AWAY_FOR = timedelta(seconds=15)  # after a failure, before anybody tries again


@sensitive_variables()
def ask(directory: int, order: Order) -> Result:
    """Have something done or looked up by an agent of a directory; outside any transaction.

    Raises Refused, Away (nothing was sent) and AnswerLost (sent, and no answer came).
    """
    try:
        result = _ask(Directory.objects.get(pk=directory), order)
    except Away:
        cache.set(_away_key(directory), True, AWAY_FOR.total_seconds())
        raise
    cache.delete(_away_key(directory))
    if result.state == State.REFUSED:
        raise Refused(result.reason, result.until)
    return result


def is_away(directory: int) -> bool:
    """Was there no agent, or no directory server, a moment ago? Cheap."""
    return bool(cache.get(_away_key(directory)))


def _ask(directory: Directory, order: Order) -> Result:
    transport = _transport()
    try:
        to = transport.addressee(directory)
    except WrongSettings as fault:
        log.error("the agent cannot start: %s", fault)
        raise Away from fault
    request = order.to(to.name, str(directory.pk))
    box = seal(request.encoded(), to=to.key, by=keys.signing())
    result = _opened(transport.carry(box, directory, to, order.expires_at), request, to)
    if result.state == State.AWAY:
        raise Away
    if result.state == State.LOST:
        raise AnswerLost
    return result


def _opened(box: bytes, request: Request, by: Addressee) -> Result:
    """An answer that is none of that agent, or to something else, is as good as none."""
    try:
        content = unseal(box, keys=[keys.opening()], signers=[by.signer]).content
        result = Result.decoded(content)
    except (Unopenable, Malformed) as fault:
        log.warning("an agent's answer cannot be taken: %s", fault)
        raise AnswerLost from fault
    if not result.answers(request):
        log.warning("an agent answered something else")
        raise AnswerLost
    return result


def _transport() -> Transport:
    return InProcess()


def _away_key(directory: int) -> str:
    return f"writeback-away:{directory}"
