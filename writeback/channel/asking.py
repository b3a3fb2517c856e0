"""One order, one agent, one answer: sealed on the way there and on the way back."""

import logging
from datetime import timedelta

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.people.models import Directory
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.messages import Malformed, Operation, Request, Result, State
from writeback.agent.sealing import Unopenable, seal, unseal
from writeback.agent.settings import WrongSettings
from writeback.channel import breaker, keys
from writeback.channel.broker import Broker
from writeback.channel.in_process import InProcess
from writeback.channel.orders import LOOK_LIFE, Order
from writeback.channel.transport import Addressee, Transport

log = logging.getLogger(__name__)


@sensitive_variables()
def ask(directory: int, order: Order) -> Result:
    """Have something done or looked up by an agent of a directory; outside any transaction.

    Raises Refused, Away (nothing was sent) and AnswerLost (sent, and no answer came). The breaker
    stops nobody from asking what is wrong, and learns nothing from it.
    """
    is_guarded = order.operation is not Operation.DIAGNOSE
    result = (_guarded if is_guarded else _ask)(Directory.objects.get(pk=directory), order)
    if result.state == State.REFUSED:
        raise Refused(result.reason, result.until)
    return result


def is_away(directory: int) -> bool:
    """Is there no agent, or was there no directory server a moment ago? Cheap."""
    if breaker.is_open(directory):
        return True
    return _transport().is_away(Directory.objects.get(pk=directory))


def _guarded(directory: Directory, order: Order) -> Result:
    known = breaker.admit(directory.pk)
    try:
        result = _ask(directory, order)
    except Away:
        if not order.agent:  # others may be there
            breaker.away(directory.pk)
        raise
    except AnswerLost:
        breaker.lost(directory.pk)
        raise
    breaker.well(directory.pk, known)
    return result


def _ask(directory: Directory, order: Order) -> Result:
    transport = _transport()
    try:
        to = transport.addressee(directory, order.agent)
    except WrongSettings as fault:
        log.error("WB-302 the agent cannot start: %s", fault)
        raise Away from fault
    order.noted(to.name)
    request = order.to(to.name, str(directory.pk), ahead=to.clock_ahead)
    box = seal(request.encoded(), to=to.key, by=keys.signing())
    patience = timedelta(seconds=settings.WRITEBACK_PATIENCE_SECONDS)
    wait = LOOK_LIFE if order.is_long else patience
    answer = transport.carry(box, directory, to, request.expires_at, wait)
    result = _opened(answer, request, to)
    if result.state == State.AWAY:
        raise Away
    if result.state == State.LOST:
        raise AnswerLost
    return result


def _opened(box: bytes, request: Request, by: Addressee) -> Result:
    """An answer that is none of that agent, or to something else, is as good as none."""
    try:
        content = unseal(box, keys=keys.opening(), signers=[by.signer]).content
        result = Result.decoded(content)
    except (Unopenable, Malformed) as fault:
        log.warning("WB-317 an agent's answer cannot be taken: %s", fault)
        raise AnswerLost from fault
    if not result.answers(request):
        log.warning("WB-318 an agent answered something else")
        raise AnswerLost
    return result


def _transport() -> Transport:
    return Broker() if settings.AGENT_BROKER_URL else InProcess()
