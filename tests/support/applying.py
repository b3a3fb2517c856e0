"""An agent that applies with a ticket, without a broker in between."""

from datetime import UTC, datetime
from pathlib import Path

from writeback.agent.home import Home
from writeback.agent.notes import Application, Ticket, hexed, public_key
from writeback.agent.sealing import seal
from writeback.channel import enrolment
from writeback.models import Agent


def application(ticket: Ticket, own: Home, **values: str) -> bytes:
    """What an agent with these files sends, with something else in it if need be."""
    signing = own.signing()
    told = {
        "agent": ticket.agent,
        "directory": ticket.directory,
        "code": ticket.code,
        "signer": hexed(signing.verify_key),
        "opening": hexed(own.opening()[0].public_key),
        **values,
    }
    content = Application(**told, sent_at=datetime.now(UTC)).encoded()
    box = seal(content, to=public_key(ticket.opening), by=signing)
    return bytes(signing.verify_key) + box


def fresh_home(path: Path) -> Home:
    own = Home(path)
    own.generate()
    return own


def applied_with(text: str, path: Path) -> Home:
    """An agent with files of its own in a place, that has applied with this ticket."""
    ticket, own = Ticket.read(text), fresh_home(path / "agent")
    agent = Agent.objects.in_directory(int(ticket.directory)).get(name=ticket.agent)
    assert enrolment.receive(agent, application(ticket, own))
    return own
