"""Through a real broker to real agents, each a process; and who wants to disturb them."""

import base64
import uuid
from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from nacl.signing import SigningKey

from tests.agent.servers import BETTER, GOOD
from tests.support import agent_process
from tests.support.agent_process import AGENT_PASSWORD, eventually
from writeback import channel
from writeback.agent import broker
from writeback.agent.answers import AnswerLost, Away, Refused
from writeback.agent.messages import Operation
from writeback.agent.notes import public_key
from writeback.agent.sealing import seal
from writeback.channel import Order, agents, connection, enrolment, keys
from writeback.channel import broker as broker_of_portal
from writeback.channel.broker import Broker
from writeback.models import Agent

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def ben(slapd):
    """Somebody's name, and where their account is."""
    name = f"ben{uuid.uuid4().hex[:10]}"
    return name, slapd.make(name)


@pytest.fixture
def reset(corp, ben):
    """Orders a new password for Ben."""

    def send(password=BETTER, **values):
        found = channel.ask(corp.pk, Order(operation=Operation.FIND, target=ben[0]))
        order = Order(
            operation=Operation.RESET, target=found.facts["anchor"], password=password, **values
        )
        return channel.ask(corp.pk, order)

    return send


@pytest.fixture
def sent(monkeypatch):
    """Every box that goes to an agent."""
    boxes, honest = [], Broker.carry

    def carry(self, box, *args):
        boxes.append(box)
        return honest(self, box, *args)

    monkeypatch.setattr(Broker, "carry", carry)
    return boxes


def put(box, names):
    """Have a box delivered by somebody who may put things into an agent's queue."""
    sender = broker_of_portal._sender(connection.address(), names.prefix)
    sender.send_task(
        broker.TASK,
        args=[base64.b64encode(box).decode(), uuid.uuid4().hex],
        queue=broker.QUEUE,
        expires=timezone.now() + timedelta(minutes=3),
    )


def test_an_order_goes_to_an_agent_and_its_answer_comes_back(slapd, ben, agent_of, reset, sent):
    """S-C41: what is sent again, changed, sealed to another or by a stranger changes nothing."""
    agent, dn = agent_of(slapd), ben[1]
    assert reset().agent == agent.name
    assert slapd.binds(dn, BETTER)
    with pytest.raises(Refused) as refused:
        reset("short")
    assert refused.value.code == "too_short"
    slapd.set_password(dn, GOOD)
    find, box = sent[0], sent[1]
    request = b"nobody signed this"
    for what, said in (
        (box, "refused repeated"),
        (box[:-1] + bytes([box[-1] ^ 1]), "none of our keys opens it"),
        (seal(request, to=public_key(agent.row.opening), by=SigningKey.generate()), "nobody we"),
    ):
        put(what, agent.names)
        eventually(lambda said=said: said in agent.said())
    put(find, agent.names)
    eventually(lambda: agent.said().count("find") > 2)
    assert slapd.binds(dn, GOOD)
    told = agent.said()
    assert "8 (thread)" in told
    assert BETTER not in told
    assert ben[0] not in told


def test_keys_are_renewed_in_mid_flight(slapd, ben, agent_of, reset, corp, settings):
    """The portal seals to the key of yesterday for a while, and announces its own next one."""
    agent = agent_of(slapd)
    former = agent.row.opening
    agent.home.renew(timezone.now() + timedelta(days=1, minutes=1))
    reset()
    assert agent.row.opening == former
    settings.PORTAL_NEXT_SIGNING_KEY = "of next year"
    agents.hear([agent.row])
    assert not agent.row.knows_our_keys
    agent.kill()
    agent.start()
    eventually(lambda: agent.is_heard(0) and agent.row.knows_our_keys, 30)
    assert agent.row.opening != former
    reset(GOOD + "!")
    settings.PORTAL_SIGNING_KEY, settings.PORTAL_NEXT_SIGNING_KEY = "of next year", ""
    reset(BETTER + "!")
    assert slapd.binds(ben[1], BETTER + "!")
    settings.PORTAL_SIGNING_KEY = "of a stranger"
    settings.WRITEBACK_PATIENCE_SECONDS = 1
    with pytest.raises(AnswerLost):
        reset(GOOD + "?")
    assert slapd.binds(ben[1], BETTER + "!")


def test_a_hostile_agent_reaches_nothing_but_its_own(slapd, agent_of, over_broker, corp):
    """It has its own user in the broker, and every means of that."""
    north = agent_of(slapd)
    south = agent_process.AgentProcess(corp, slapd, north.state / "south")
    try:
        stranger = redis.Redis.from_url(
            agent_process.as_user(south.names.user, AGENT_PASSWORD), socket_timeout=5
        )
        theirs, own = north.names.prefix, south.names.prefix
        for forbidden in (
            ("GET", theirs + "heartbeat"),
            ("SET", theirs + "heartbeat", "x"),
            ("DEL", theirs + "jobs"),
            ("LPUSH", theirs + "jobs", "x"),
            ("BRPOP", theirs + "jobs", "1"),
            ("BRPOP", own + "jobs", theirs + "jobs", "1"),
            ("LPUSH", theirs + "answer:" + "0" * 32, "x"),
            ("HSET", theirs + "unacked", "x", "x"),
            ("LPUSH", "celery", "x"),
            ("SET", "writeback:", "x"),
            ("KEYS", "*"),
            ("SCAN", "0"),
            ("MONITOR",),
            ("CONFIG", "GET", "*"),
            ("ACL", "LIST"),
            ("CLIENT", "LIST"),
            ("CLIENT", "KILL", "TYPE", "normal"),
            ("EVAL", "return redis.call('GET', KEYS[1])", "1", theirs + "heartbeat"),
            ("SCRIPT", "LOAD", "return 1"),
            ("PUBLISH", "x", "x"),
            ("SUBSCRIBE", "x"),
            ("FLUSHALL",),
            ("FLUSHDB",),
            ("SHUTDOWN",),
            ("RENAME", own + "heartbeat", theirs + "heartbeat"),
            ("COPY", theirs + "heartbeat", own + "heartbeat"),
            ("SORT", own + "jobs", "BY", theirs + "*"),
            ("MIGRATE", "127.0.0.1", "1", own, "0", "1"),
            ("REPLICAOF", "127.0.0.1", "1"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                stranger.execute_command(*forbidden)
        together = stranger.pipeline(transaction=True)
        together.set(own + "heartbeat", "x")
        together.get(theirs + "heartbeat")
        with pytest.raises(redis.RedisError):
            together.execute()
        assert stranger.set(own + "heartbeat", "x")
    finally:
        stranger.close()
        south.end()


def test_what_a_hostile_agent_says_of_itself_counts_for_nothing(slapd, agent_of, corp, tmp_path):
    """Not confirmed, or as somebody else: it is not heard, and what is sealed to it is its own."""
    north = agent_of(slapd)
    south = agent_process.AgentProcess(corp, slapd, tmp_path / "south")
    try:
        south.do("keygen")
        invited, ticket = enrolment.invite(corp.pk, south.name, agent_process.NOBODY)
        south.do("enrol", ticket)
        agents.hear([invited])
        assert south.row.applied_at
        assert channel.ask(corp.pk, Order(operation=Operation.FIND, target="x")).agent == north.name
        with agent_process.administrator() as client:  # who owns the broker may even move things
            heard = client.get(north.names.heartbeat)
            client.set(south.names.heartbeat, heard, px=60_000)
        enrolment.confirm(south.row, agent_process.NOBODY)
        agents.hear([south.row])
        assert not south.row.seen_at
        before = north.row.sequence
        with agent_process.administrator() as client:
            client.set(north.names.heartbeat, heard, px=60_000)
        agents.hear([north.row])
        assert north.row.sequence >= before
        order = Order(operation=Operation.FIND, target="x", agent=south.name)
        with pytest.raises(Away):
            channel.ask(corp.pk, order)
        to_south = seal(b"{}", to=public_key(south.row.opening), by=keys.signing())
        put(to_south, north.names)
        eventually(lambda: "none of our keys opens it" in north.said())
    finally:
        south.end()


def test_when_one_of_two_dies_the_other_goes_on(slapd, ben, agent_of, corp, reset):
    north, south = agent_of(slapd), agent_of(slapd)
    north.kill()
    rows = Agent.objects.in_directory(corp)
    rows.filter(name=north.name).update(seen_at=timezone.now() - agents.LIVE)
    with agent_process.administrator() as client:
        client.delete(north.names.heartbeat)
    assert {reset(f"{BETTER}{n}").agent for n in range(4)} == {south.name}
    rows.filter(name=south.name).update(revoked_at=timezone.now())
    with pytest.raises(Away):
        reset()
    assert channel.is_away(corp.pk)
