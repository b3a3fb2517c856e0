"""Which agents there are, and which of them live: their heartbeats, heard from the broker."""

import logging
import secrets
import time
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from writeback.agent.broker import ANNOUNCEMENT_KEPT, HEARTBEAT_KEPT, Names
from writeback.agent.messages import Malformed
from writeback.agent.notes import Announcement, Heartbeat, public_key, verify_key
from writeback.agent.sealing import Unopenable, seal, unseal
from writeback.channel import connection, enrolment, keys
from writeback.models import Agent

log = logging.getLogger(__name__)

LIVE = timedelta(seconds=45)  # without a heartbeat
CLOCK_WARNS = timedelta(seconds=30)
CLOCK_BOUND = timedelta(minutes=5)  # further off, an agent is not believed to keep any time
_PAUSE = 2.0  # s, between two looks of one process
_RESTS = 10.0  # s, after the broker did not answer
_looked: dict[int, float] = {}


def live(directory: int, name: str = "") -> Agent | None:
    """An agent that can be sent to, if need be the one of that name; None for none.

    One whose directory server answered it comes first.
    """
    found = _living(directory, name)
    if not found and time.monotonic() - _looked.get(directory, -_PAUSE) >= _PAUSE:
        _looked[directory] = time.monotonic()
        if not hear(list(Agent.objects.in_directory(directory).filter(revoked_at=None))):
            _looked[directory] += _RESTS
        found = _living(directory, name)
    well = [agent for agent in found if agent.is_well]
    return secrets.choice(well or found) if found else None


class State(models.TextChoices):
    """How it stands with an agent, in words for administrators."""

    INVITED = "invited", _("waits for its application")
    LATE = "late", _("its ticket has ended: revoke it, and make another")
    APPLIED = "applied", _("waits for somebody to compare the fingerprints")
    REVOKED = "revoked", _("revoked")
    SILENT = "silent", _("silent")
    OFF = "off", _("its clock is too far off")
    UNWELL = "unwell", _("its directory server does not answer")
    WORKING = "working", _("at work")


def state(agent: Agent) -> State:
    """How it stands with an agent just now."""
    now = timezone.now()
    if agent.revoked_at:
        return State.REVOKED
    if not agent.applied_at:
        is_late = agent.code_expires_at is None or agent.code_expires_at <= now
        return State.LATE if is_late else State.INVITED
    if not agent.confirmed_at:
        return State.APPLIED
    if agent.seen_at is None or agent.seen_at <= now - LIVE:
        return State.SILENT
    if abs(timedelta(milliseconds=agent.clock_ahead)) > CLOCK_BOUND:
        return State.OFF
    return State.WORKING if agent.is_well else State.UNWELL


def is_off(agent: Agent) -> bool:
    """Does its clock differ so much from ours that somebody should mend it?"""
    return abs(timedelta(milliseconds=agent.clock_ahead)) > CLOCK_WARNS


def clock_ahead(directory: int, name: str) -> timedelta:
    """How far an agent's clock is ahead of ours, as far as we know."""
    rows = Agent.objects.in_directory(directory).filter(name=name)
    return timedelta(milliseconds=rows.values_list("clock_ahead", flat=True).first() or 0)


def _living(directory: int, name: str) -> list[Agent]:
    bound = CLOCK_BOUND // timedelta(milliseconds=1)
    rows = Agent.objects.in_directory(directory).filter(
        confirmed_at__isnull=False,
        revoked_at=None,
        seen_at__gt=timezone.now() - LIVE,
        clock_ahead__range=(-bound, bound),
    )
    found = list(rows.filter(name=name) if name else rows)
    return [agent for agent in found if enrolment.is_vouched(agent)]


def listen() -> None:
    """Hear all agents of all directories; done every few seconds."""
    hear(list(Agent.objects.filter(revoked_at=None)))


def hear(agents: list[Agent]) -> bool:
    """Note what the heartbeats say that lie in the broker; False when it is away."""
    if not agents or not settings.AGENT_BROKER_URL:
        return True
    client = connection.client()
    try:
        with client.pipeline(transaction=False) as together:
            for agent in agents:
                names = Names(str(agent.directory_id), agent.name)
                together.get(names.heartbeat)
                together.pttl(names.heartbeat)
                together.get(names.application)
            found = together.execute()
            for at, agent in enumerate(agents):
                box, rest, application = found[3 * at : 3 * at + 3]
                _hear(agent, box, rest, application, client)
    except redis.RedisError as error:
        log.warning("WB-308 the agents' broker is away (%s)", type(error).__name__)
        return False
    return True


def _hear(agent: Agent, box: Any, rest: int, application: Any, client: "redis.Redis") -> None:
    if application and agent.code_hash is not None:
        enrolment.receive(agent, bytes(application))
    if box and agent.confirmed_at and enrolment.is_vouched(agent):
        age = timedelta(milliseconds=min(max(HEARTBEAT_KEPT - rest, 0), HEARTBEAT_KEPT))
        _beats(agent, bytes(box), timezone.now() - age, client)


def _beats(agent: Agent, box: bytes, sent_at: datetime, client: "redis.Redis") -> None:
    """One heartbeat, that lay in the broker since a moment of our clock."""
    try:
        content = unseal(box, keys=keys.opening(), signers=[verify_key(agent.signer)]).content
        beat = Heartbeat.decoded(content)
        public_key(beat.opening)
    except (Unopenable, Malformed) as fault:
        log.warning(
            "WB-316 a heartbeat of %s that is not its own: not heard (%s)", agent.name, fault
        )
        return
    if (beat.agent, beat.directory) != (agent.name, str(agent.directory_id)):
        return
    knows = beat.believes == [*keys.signers(), keys.to_seal_to()]
    rows = Agent.objects.in_directory(agent.directory_id)
    rows.filter(pk=agent.pk, sequence__lt=beat.sequence).update(
        sequence=beat.sequence,
        seen_at=sent_at,
        clock_ahead=(beat.sent_at - sent_at) // timedelta(milliseconds=1),
        opening=beat.opening,
        voucher=enrolment.vouched(agent, agent.signer, beat.opening),
        is_well=beat.is_well,
        version=beat.program[:20],
        journal_began_at=beat.journal_began_at,
    )
    if knows != agent.knows_our_keys:
        rows.filter(pk=agent.pk).update(knows_our_keys=knows)
    if not knows:
        _announce(agent, beat, client)


def _announce(agent: Agent, beat: Heartbeat, client: "redis.Redis") -> None:
    """Tell an agent the keys of now and of next; it believes them by one that it knows."""
    told = Announcement(
        agent=agent.name,
        directory=str(agent.directory_id),
        issued_at=timezone.now(),
        opening=keys.to_seal_to(),
        signers=keys.signers(),
    )
    box = seal(told.encoded(), to=public_key(beat.opening), by=keys.signing())
    names = Names(str(agent.directory_id), agent.name)
    client.set(names.announcement, box, ex=ANNOUNCEMENT_KEPT)
