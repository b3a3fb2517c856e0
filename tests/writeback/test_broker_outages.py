"""A broker that is flushed, stopped, and started again: nothing is lost but time."""

import subprocess
import uuid

import pytest
import redis
from django.utils import timezone

from tests.agent.servers import BETTER, GOOD
from tests.support import agent_process
from tests.support.agent_process import ROOT, eventually
from writeback import channel
from writeback.agent.answers import AnswerLost, Away
from writeback.agent.broker import acl_of_agent, acl_of_portal
from writeback.agent.messages import Operation
from writeback.channel import Order, agents, connection
from writeback.models import Outage

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class OwnBroker:
    """One that nobody else uses."""

    def __init__(self, place, setenv):
        self.place = place
        agent_process.broker_url()  # skips where there is no Redis at all
        told = self._script("start")
        setenv("TEST_REDIS_URL", told.partition("REDIS_URL=")[2].strip())

    def stop(self):
        with agent_process.administrator() as client:
            self._script("stop")
            eventually(lambda: not _answers(client))

    def start(self, agent):
        subprocess.run(["redis-server", self.place / "redis.conf"], check=True)
        with agent_process.administrator() as client:
            eventually(lambda: _answers(client))
        agent_process.let_in(acl_of_portal(agent_process.hashed(agent_process.PORTAL_PASSWORD)))
        secret = agent_process.hashed(agent_process.AGENT_PASSWORD)
        agent_process.let_in(acl_of_agent(agent.names, secret))

    def _script(self, what):
        command = [ROOT / "script" / "services" / "redis", self.place, what]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _answers(client):
    try:
        return client.ping()
    except redis.RedisError:
        return False


@pytest.fixture
def broker(tmp_path, monkeypatch):
    made = OwnBroker(tmp_path / "broker", monkeypatch.setenv)
    yield made
    made.stop()


def test_a_broker_comes_and_goes(broker, slapd, agent_of, corp, settings, monkeypatch):
    """P-C50: an outage is told before anything is sent, and is over by itself."""
    agent = agent_of(slapd)
    name = f"ben{uuid.uuid4().hex[:10]}"
    dn = slapd.make(name)
    anchor = channel.ask(corp.pk, Order(operation=Operation.FIND, target=name)).facts["anchor"]

    def reset(password, **values):
        order = Order(operation=Operation.RESET, target=anchor, password=password, **values)
        return channel.ask(corp.pk, order)

    with agent_process.administrator() as client:
        client.flushall()
    reset(BETTER)
    assert slapd.binds(dn, BETTER)

    job = uuid.uuid4()
    with monkeypatch.context() as patch:  # it goes away while we wait for the answer
        patch.setattr(type(connection.client()), "blpop", lambda *_all, **_v: broker.stop())
        with pytest.raises(AnswerLost):
            reset(BETTER + "!", id=job)
    with pytest.raises(Away):
        reset(BETTER + "?")
    assert channel.is_away(corp.pk)

    broker.start(agent)
    before = agent.row.sequence
    eventually(lambda: agent.is_heard(before), 40)
    Outage.objects.in_directory(corp).update(until=timezone.now())
    assert not channel.is_away(corp.pk)
    outcome = Order(operation=Operation.OUTCOME, target=anchor, about=job, agent=agent.name)
    assert channel.ask(corp.pk, outcome).facts["state"] in {"done", "never"}
    reset(GOOD + "!")
    assert slapd.binds(dn, GOOD + "!")
    assert agents.state(agent.row) is agents.State.WORKING
