"""How an agent becomes one of ours: a ticket, an application with it, and a person who compares.

The ticket's code is good once and for an hour, and only a keyed hash of it is kept. Whoever steals
it can apply, and is found out when the fingerprints are compared; before that nothing is sealed to
anybody.
"""

import logging
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from nacl.signing import VerifyKey

from accounts import crypto
from accounts.audit import services as audit
from accounts.audit.events import Event
from accounts.people.registry import Act
from writeback import events
from writeback.agent.messages import Malformed
from writeback.agent.notes import Application, Ticket, fingerprint, public_key
from writeback.agent.sealing import Unopenable, unseal
from writeback.channel import keys
from writeback.models import Agent

log = logging.getLogger(__name__)

TICKET_LIFE = timedelta(hours=1)
_CODE, _KEYS = "agent's code", "agent's keys"  # purposes of keyed hashes


def invite(directory: int, name: str, act: Act) -> tuple[Agent, str]:
    """A new agent, and the ticket to carry to it, which is shown once."""
    code, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        agent = Agent.objects.create(
            directory_id=directory,
            name=name,
            code_hash=crypto.keyed_hash(_CODE, code),
            code_expires_at=now + TICKET_LIFE,
        )
        _record(events.AgentInvited(agent=name), agent, act)
    ticket = Ticket(
        agent=name,
        directory=str(directory),
        code=code,
        issued_at=now.isoformat(),
        opening=keys.to_seal_to(),
        signers=keys.signers(),
    )
    return agent, ticket.text()


def receive(agent: Agent, raw: bytes) -> bool:
    """Take an application: the applicant's key in front, and what it has sealed; once."""
    try:
        signer = VerifyKey(raw[:32])
        content = unseal(raw[32:], keys=keys.opening(), signers=[signer]).content
        told = Application.decoded(content)
        public_key(told.opening)
    except (Unopenable, Malformed, ValueError, TypeError) as fault:
        log.warning("WB-319 an application as %s that cannot be taken (%s)", agent.name, fault)
        return False
    is_meant = (told.agent, told.directory) == (agent.name, str(agent.directory_id))
    if not is_meant or told.signer != bytes(signer).hex():
        return False
    rows = Agent.objects.in_directory(agent.directory_id)
    return bool(
        rows.filter(
            pk=agent.pk,
            code_hash__in=crypto.keyed_hashes(_CODE, told.code),
            code_expires_at__gt=timezone.now(),
            revoked_at=None,
        ).update(
            code_hash=None,
            signer=told.signer,
            opening=told.opening,
            voucher=vouched(agent, told.signer, told.opening),
            applied_at=timezone.now(),
        )
    )


def confirm(agent: Agent, act: Act) -> bool:
    """A person has compared the fingerprints; False where there is nothing to confirm."""
    rows = Agent.objects.in_directory(agent.directory_id).filter(pk=agent.pk, revoked_at=None)
    with transaction.atomic():
        waiting = rows.filter(confirmed_at=None, signer=agent.signer).exclude(signer="")
        done = waiting.update(confirmed_at=timezone.now())
        if done:
            told = events.AgentConfirmed(agent=agent.name, fingerprint=fingerprint_of(agent))
            _record(told, agent, act)
    return bool(done)


def revoke(agent: Agent, act: Act) -> bool:
    """Nothing is sealed to it any more, for good; False where that was so already."""
    rows = Agent.objects.in_directory(agent.directory_id).filter(pk=agent.pk, revoked_at=None)
    with transaction.atomic():
        done = rows.update(revoked_at=timezone.now(), code_hash=None)
        if done:
            _record(events.AgentRevoked(agent=agent.name), agent, act)
    return bool(done)


def fingerprint_of(agent: Agent) -> str:
    """What people compare; empty before an agent has applied."""
    return fingerprint(agent.signer) if agent.signer else ""


def vouched(agent: Agent, signer: str, opening: str) -> bytes:
    """What says that we have seen these keys of an agent, and no other way led them here."""
    return crypto.keyed_hash(_KEYS, str(agent.directory_id), agent.name, signer, opening)


def is_vouched(agent: Agent) -> bool:
    """Are an agent's keys those that we have seen?"""
    told = (str(agent.directory_id), agent.name, agent.signer, agent.opening)
    return crypto.fits(bytes(agent.voucher), _KEYS, *told)


def vouch_anew() -> int:
    """Vouch for the keys of agents under the pepper of today; returns for how many."""
    known = [agent for agent in Agent.objects.exclude(signer="") if is_vouched(agent)]
    for agent in known:
        made = vouched(agent, agent.signer, agent.opening)
        Agent.objects.in_directory(agent.directory_id).filter(pk=agent.pk).update(voucher=made)
    return len(known)


def _record(event: Event, agent: Agent, act: Act) -> None:
    audit.record(event, directory=agent.directory_id, client=act.client, actor=act.actor)
