"""What the portal makes of heartbeats: who lives, by which clock, and with which keys."""

import socket
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import time_machine
from django.utils import timezone
from nacl.signing import SigningKey

from accounts.tenancy import across_directories
from tests.support import agent_process
from tests.support.applying import applied_with
from writeback import channel
from writeback.agent.answers import Away
from writeback.agent.brakes import Brakes
from writeback.agent.broker import Names
from writeback.agent.journal import Journal
from writeback.agent.messages import Operation
from writeback.agent.notes import Heartbeat, Ticket, hexed, public_key
from writeback.agent.pulse import Pulse
from writeback.agent.sealing import seal
from writeback.agent.serving import Agent as Serving
from writeback.agent.work import Worker
from writeback.channel import Order, agents, connection, enrolment, keys
from writeback.models import Agent, Outage

pytestmark = pytest.mark.django_db


class Server:
    """A directory server as far as a heartbeat asks for one, and nobody in it."""

    is_well = True

    def reach(self):
        if not self.is_well:
            raise Away

    def find(self, name):
        return None


@dataclass
class North:
    """An agent in this very process, whose clock can be set."""

    pulse: Pulse
    server: Server
    ahead: timedelta = timedelta()

    @property
    def row(self):
        return Agent.objects.in_directory(int(self.pulse.names.directory)).get(
            name=self.pulse.names.agent
        )

    def beat(self):
        with time_machine.travel(datetime.now(UTC) + self.ahead):
            self.pulse.beat()
        agents.hear([self.row])
        return self.row

    def says(self, **values):
        """A heartbeat that somebody has written by hand."""
        told = {
            "agent": self.pulse.names.agent,
            "directory": self.pulse.names.directory,
            "sequence": self.row.sequence + 1,
            "sent_at": timezone.now(),
            "opening": "ab" * 32,
            "program": "1",
            "journal_began_at": timezone.now(),
            "is_well": True,
            "believes": [],
            **values,
        }
        by = told.pop("by", None) or self.pulse.home.signing()
        box = seal(Heartbeat(**told).encoded(), to=public_key(keys.to_seal_to()), by=by)
        self.pulse.client.set(self.pulse.names.heartbeat, box, px=60_000)
        agents.hear([self.row])
        return self.row


@pytest.fixture
def north(over_broker, corp, tmp_path):
    name = f"north-{uuid.uuid4().hex[:8]}"
    agent, text = enrolment.invite(corp.pk, name, agent_process.NOBODY)
    home = applied_with(text, tmp_path)
    home.take_on(Ticket.read(text))
    agent.refresh_from_db(from_queryset=Agent.objects.in_directory(corp))
    assert enrolment.confirm(agent, agent_process.NOBODY)
    server, names = Server(), Names(str(corp.pk), name)
    journal = Journal(tmp_path / "journal.sqlite3")
    worker = Worker(name, str(corp.pk), cast(Any, server), journal, Brakes())
    client = agent_process.administrator()
    yield North(Pulse(home, worker, names, client), server)
    journal.close()
    client.delete(names.heartbeat, names.announcement)
    client.close()


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_a_clock_that_is_off_is_reckoned_with(north, corp, minutes, monkeypatch):
    """The agent judges by its own clock: it is told moments of that."""
    north.ahead = timedelta(minutes=minutes)
    row = north.beat()
    assert abs(row.clock_ahead - minutes * 60_000) < 3_000
    assert abs(row.seen_at - timezone.now()) < timedelta(seconds=3)
    assert agents.is_off(row) is bool(minutes)
    assert agents.state(row) is agents.State.WORKING
    serving = Serving(north.pulse.worker, north.pulse.home.keys())

    def carry(self, box, *_rest):
        with time_machine.travel(datetime.now(UTC) + north.ahead):
            return serving.answer(box)

    monkeypatch.setattr("writeback.channel.broker.Broker.carry", carry)
    order = Order(operation=Operation.FIND, target="nobody")
    assert channel.ask(corp.pk, order).facts == {"anchor": ""}


@pytest.mark.parametrize("minutes", [-6, 6, 600])
def test_a_clock_that_is_too_far_off_is_none_to_work_by(north, corp, minutes):
    north.ahead = timedelta(minutes=minutes)
    assert agents.state(north.beat()) is agents.State.OFF
    assert agents.live(corp.pk) is None
    north.ahead = timedelta()
    assert agents.state(north.beat()) is agents.State.WORKING


def test_how_long_ago_a_heartbeat_was_is_no_difference_of_clocks(north):
    """It lay in the broker for a while; the broker says how long."""
    north.pulse.beat()
    north.pulse.client.pexpire(north.pulse.names.heartbeat, 40_000)
    agents.hear([north.row])
    assert 19_000 < (timezone.now() - north.row.seen_at) / timedelta(milliseconds=1) < 25_000
    assert 19_000 < north.row.clock_ahead < 25_000  # as it was sent just now


def test_an_agent_that_is_not_heard_for_a_while_is_sent_nothing(north, corp):
    north.beat()
    assert agents.live(corp.pk)
    Agent.objects.in_directory(corp).update(seen_at=timezone.now() - agents.LIVE)
    north.pulse.client.delete(north.pulse.names.heartbeat)
    assert agents.live(corp.pk) is None
    assert agents.state(north.row) is agents.State.SILENT
    assert channel.is_away(corp.pk)


def test_who_has_a_directory_server_comes_first(north, corp):
    north.server.is_well = False
    assert agents.state(north.beat()) is agents.State.UNWELL
    found = agents.live(corp.pk)
    assert found
    assert found.name == north.row.name  # better than nobody
    well = Agent.objects.in_directory(corp).get()
    well.pk, well.name, well.is_well = None, "south", True
    well.voucher = enrolment.vouched(well, well.signer, well.opening)
    well.save()
    chosen = [agents.live(corp.pk) for _time in range(8)]
    assert {str(agent) for agent in chosen} == {"south"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"agent": "south"},
        {"directory": "999"},
        {"sequence": 0},
        {"opening": "no key"},
        {"by": SigningKey.generate()},
    ],
    ids=["as another", "elsewhere", "an old number", "no key", "by a stranger"],
)
def test_a_heartbeat_that_is_not_right_in_everything_is_not_heard(north, wrong):
    before = north.beat()
    after = north.says(**wrong)
    assert (after.sequence, after.opening) == (before.sequence, before.opening)


def test_a_right_one_is_heard(north):
    assert north.says().opening == "ab" * 32


def test_an_old_heartbeat_brings_no_old_key_back(north):
    """Whoever owns the broker may send one again."""
    north.beat()
    old = north.pulse.client.get(north.pulse.names.heartbeat)
    north.pulse.home.renew(datetime.now(UTC) + timedelta(days=2))
    fresh = north.beat().opening
    north.pulse.client.set(north.pulse.names.heartbeat, old, px=60_000)
    agents.hear([north.row])
    assert north.row.opening == fresh


def test_the_portals_next_key_is_announced_and_only_by_the_portal(north, settings):
    assert north.beat().knows_our_keys
    settings.PORTAL_NEXT_SIGNING_KEY = "of next year"
    assert not north.beat().knows_our_keys
    announced = north.pulse.client.get(north.pulse.names.announcement)
    north.pulse.client.set(north.pulse.names.announcement, b"x" + announced[1:])
    assert not north.beat().knows_our_keys
    north.pulse.beat()
    assert north.beat().knows_our_keys
    assert north.pulse.home.employer().signers == keys.signers()


@pytest.mark.parametrize("key", ["opening", "signer"])
def test_keys_that_somebody_has_written_into_the_database_are_nobodys(north, corp, key):
    """Neither is anything sealed to them, nor a heartbeat under them heard."""
    before = north.beat()
    thief = SigningKey.generate()
    mine = {"opening": "cd" * 32, "signer": hexed(thief.verify_key)}
    Agent.objects.in_directory(corp).update(**{key: mine[key]})
    assert agents.live(corp.pk) is None
    assert north.says(by=thief).sequence == before.sequence
    with pytest.raises(Away):
        channel.ask(corp.pk, Order(operation=Operation.FIND, target="x"))


def test_agents_are_led_over_while_the_pepper_is_changed(north, corp, settings):
    before, settings.CODE_PEPPER = settings.CODE_PEPPER, "another pepper, of no other use"
    settings.CODE_PEPPER_FALLBACKS = [before]
    assert not north.beat().knows_our_keys
    assert agents.live(corp.pk)
    north.pulse.beat()
    assert north.beat().knows_our_keys
    settings.CODE_PEPPER_FALLBACKS = []
    assert north.beat().knows_our_keys is False  # there is one less to know
    assert agents.live(corp.pk)
    assert set(keys.signers()) <= set(north.pulse.home.employer().signers)


def test_all_agents_are_heard_by_the_periodic_job(north, settings):
    north.pulse.beat()
    with across_directories("as the job does"):
        agents.listen()
    assert north.row.sequence
    settings.AGENT_BROKER_URL = ""
    agents.listen()


@pytest.fixture
def black_hole():
    """A place that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_broker_that_says_nothing_is_an_outage_and_no_error(
    north, corp, settings, black_hole, monkeypatch
):
    """Neither a look at who lives nor a request waits for it long."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    north.beat()
    for port in (9, black_hole):
        settings.AGENT_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        assert not agents.hear([north.row])
        with pytest.raises(Away):
            channel.ask(corp.pk, Order(operation=Operation.FIND, target="x"))
        assert channel.is_away(corp.pk)
        Outage.objects.in_directory(corp).delete()
