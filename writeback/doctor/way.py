"""The way to an agent and back, and what is wrong with it when no answer comes."""

from collections.abc import Iterator

import redis
from django.conf import settings
from django.db.models import QuerySet

from accounts.people.models import Directory
from writeback import channel
from writeback.agent.answers import AnswerLost, Away, Finding, Refused
from writeback.agent.doctor.findings import heard
from writeback.agent.messages import Operation
from writeback.agent.pulse import VERSION
from writeback.agent.settings import WrongSettings
from writeback.channel import Order, agents, connection
from writeback.channel.in_process import InProcess
from writeback.doctor.words import finding
from writeback.models import Agent

_TROUBLES = {
    agents.State.SILENT: "one_silent",
    agents.State.OFF: "one_off",
    agents.State.UNWELL: "one_unwell",
}


def ask(directory: Directory, target: str) -> Iterator[Finding]:
    """What an agent finds, after what can be said of the agent itself; or why none can be asked."""
    order = Order(operation=Operation.DIAGNOSE, target=target)
    try:
        result = channel.ask(directory.pk, order)
        found = [heard(one) for one in result.facts["findings"]]
    except Refused as refusal:
        yield finding("agent", "refuses", reason=refusal.code)
    except (Away, AnswerLost, ValueError, KeyError, TypeError) as error:
        yield _without_answer(directory, error)
    else:
        yield finding("agent", "outdated" if _is_old(directory) else "well")
        yield from found
    if settings.AGENT_BROKER_URL:
        yield from _others(directory)


def _without_answer(directory: Directory, error: Exception) -> Finding:
    if isinstance(error.__cause__, WrongSettings):
        return finding("agent", "wrong_settings", faults=str(error.__cause__))
    if not settings.AGENT_BROKER_URL:
        return finding("agent", "none" if InProcess().is_away(directory) else "unanswered")
    try:
        connection.client().ping()
    except redis.RedisError:
        return finding("broker", "away")
    if not _agents(directory).exists():
        return finding("agent", "none")
    if agents.live(directory.pk) is None:
        return finding("agent", "silent")
    return finding("agent", "too_old" if _is_old(directory) else "unanswered")


def _is_old(directory: Directory) -> bool:
    """Is an agent older than the portal? One in this process is not."""
    if not settings.AGENT_BROKER_URL:
        return False
    alive = agents.live(directory.pk)
    if alive is None:
        return False
    return not alive.version.isdecimal() or int(alive.version) < int(VERSION)


def _others(directory: Directory) -> Iterator[Finding]:
    """Agents in trouble, of several: nobody misses one before the last one fails."""
    for one in _agents(directory):
        cause = _TROUBLES.get(agents.state(one)) or ("one_off" if agents.is_off(one) else "")
        if cause:
            yield finding("agent", cause, agent=one.name)


def _agents(directory: Directory) -> QuerySet[Agent]:
    everybody = Agent.objects.in_directory(directory)
    return everybody.filter(confirmed_at__isnull=False, revoked_at=None)
