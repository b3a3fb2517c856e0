"""Whatever is killed when: one write for each success at most, and the person hears the truth."""

import sqlite3
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.client import Client
from tests.agent.certificates import Authority
from tests.agent.proxy import Cut, Proxy
from tests.agent.servers import BETTER, GOOD
from tests.cast import make_user
from tests.support.agent_process import eventually
from tests.support.on_premises import move_to
from writeback import channel, services, stores
from writeback.agent.work import QUIET
from writeback.channel import connection
from writeback.models import Agent, Evidence, Operation, Outcome, Write
from writeback.stores import on_premises

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CLIENT = Client.nowhere()


class Hold:
    """Stops a request at a place until somebody lets go, once it is armed, and once only."""

    armed = forwarded = lost = False

    def arm(self, *, forwarded=False, lost=False):
        self.came, self.go, self.done = threading.Event(), threading.Event(), threading.Event()
        self.armed, self.forwarded, self.lost = True, forwarded, lost
        return self

    def __call__(self, message, forward):
        if not self.armed:
            return forward(message)
        self.armed = False
        answer = forward(message) if self.forwarded else b""
        self.came.set()
        self.go.wait(30)
        try:
            if self.lost:
                raise Cut
            return answer or forward(message)
        finally:
            self.done.set()


@pytest.fixture(params=["slapd"])
def place(request):
    """The directory server; tests may ask for others."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def behind(place, agent_of, tmp_path):
    """An agent whose way to the directory server leads past somebody who holds things up."""
    authority, made = Authority(tmp_path), []

    def make(**faults):
        way = Proxy(place.env["URL"], place.env["CA_FILE"], authority.issue(), **faults)
        made.append(way)
        ca_file = authority.with_also(place.env["CA_FILE"])
        return agent_of(place, LDAP_URLS=way.url, LDAP_CA_FILE=ca_file)

    yield make
    for way in made:
        way.close()


@pytest.fixture
def rosa(corp, place, over_broker):
    """Somebody whose password lives in the directory server, and where."""
    corp.store_kind = place.kind
    corp.save()
    user = make_user(f"rosa{uuid.uuid4().hex[:8]}", directory=corp)
    return user, move_to(place, user, GOOD)


def row_of(user, seconds=180):
    return Write.objects.create(
        directory=user.directory,
        user=user,
        operation=Operation.RESET,
        evidence=Evidence.PROOFS,
        evidence_id=str(uuid.uuid4()),
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )


@pytest.fixture
def held(rosa, settings):
    """Begins a reset that is held up, and lets go after the agent was killed."""

    def cut(agent, hold, password=BETTER):
        settings.WRITEBACK_PATIENCE_SECONDS = 0.2
        row = services.write(row_of(rosa[0]), password, client=CLIENT)
        settings.WRITEBACK_PATIENCE_SECONDS = 15
        assert (row.outcome, row.agent) == (Outcome.UNKNOWN, agent.name)
        assert hold.came.wait(15)
        agent.kill()
        hold.go.set()
        assert hold.done.wait(15)
        agent.start()
        return row

    return cut


def find(user):
    store = stores.for_user(user)
    assert store
    assert store.find(user)


def later(agent, by):
    """As if an agent's jobs had begun earlier."""
    with sqlite3.connect(agent.state / "journal.sqlite3") as journal:
        (text,) = journal.execute("SELECT max(started_at) FROM jobs").fetchone()
        moved = (datetime.fromisoformat(text) - by).astimezone(UTC).isoformat()
        journal.execute("UPDATE jobs SET started_at = ?", [moved])
    journal.close()


def of_old(agent):
    """As if an agent had kept its journal for long."""
    with sqlite3.connect(agent.state / "journal.sqlite3") as journal:
        journal.execute("UPDATE journal SET began_at = '2026-01-01T00:00:00+00:00'")
    journal.close()
    return agent


def settled(row):
    rows = Write.objects.in_directory(row.directory_id).select_related("user__directory")
    return services.outcome(rows.get(pk=row.pk), client=CLIENT).outcome


def overdue(row):
    rows = Write.objects.in_directory(row.directory_id).filter(pk=row.pk)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))


def told(row):
    """What the trail says of a write, in its order."""
    records = AuditRecord.objects.filter(kind__startswith="writeback.").order_by("pk")
    return [one.kind for one in records if str(row.job_id).encode() in bytes(one.body)]


DONE = ["writeback.unknown", "writeback.done"]
NOT_DONE = ["writeback.unknown", "writeback.refused"]


@pytest.mark.parametrize("place", ["slapd", "samba"], indirect=True)
def test_an_agent_that_is_killed_in_mid_work_does_nothing_twice_and_tells_the_truth(
    place, behind, rosa, held
):
    """S-C41: before the write is begun, in the middle of it, and before its answer came."""
    user, dn = rosa
    search, write = Hold(), Hold()
    agent = of_old(behind(search=search, extended=write, modify=write))
    find(user)

    row = held(agent, search.arm())
    assert settled(row) == Outcome.UNKNOWN  # it might still come
    overdue(row)
    assert settled(row) == Outcome.VOID
    assert told(row) == NOT_DONE
    assert place.binds(dn, GOOD)

    row = held(agent, write.arm(lost=True))
    assert settled(row) == Outcome.UNKNOWN  # the server might still be at it
    later(agent, QUIET)
    assert settled(row) == Outcome.REFUSED
    assert told(row) == NOT_DONE
    assert place.binds(dn, GOOD)

    row = held(agent, write.arm())
    assert settled(row) == Outcome.DONE  # the server read on, without anybody to answer
    assert told(row) == DONE
    assert place.binds(dn, BETTER)

    row = held(agent, write.arm(forwarded=True), BETTER + "!")
    assert settled(row) == Outcome.DONE
    assert told(row) == DONE
    assert place.binds(dn, BETTER + "!")


@pytest.fixture
def hasty(settings):
    settings.WRITEBACK_PATIENCE_SECONDS = 0.2


def test_what_lies_in_the_broker_is_done_once_or_never(slapd, rosa, agent_of, settings, hasty):
    """The agent was dead when it was sent; nothing is done after its time."""
    user, dn = rosa
    agent = of_old(agent_of(slapd))
    settings.WRITEBACK_PATIENCE_SECONDS = 15
    find(user)
    settings.WRITEBACK_PATIENCE_SECONDS = 0.2
    agent.kill()
    row = services.write(row_of(user, seconds=1), BETTER, client=CLIENT)
    assert row.outcome == Outcome.UNKNOWN
    time.sleep(1)
    agent.start()
    settings.WRITEBACK_PATIENCE_SECONDS = 15
    assert settled(row) == Outcome.VOID
    assert slapd.binds(dn, GOOD)
    agent.kill()
    settings.WRITEBACK_PATIENCE_SECONDS = 0.2
    row = services.write(row_of(user), BETTER, client=CLIENT)
    settings.WRITEBACK_PATIENCE_SECONDS = 15
    agent.start()
    eventually(lambda: settled(row) == Outcome.DONE)
    assert told(row) == DONE
    assert slapd.binds(dn, BETTER)
    agent.kill()
    (agent.state / "journal.sqlite3").unlink()
    agent.start()
    lost = row_of(user)
    Write.objects.in_directory(user.directory).filter(pk=lost.pk).update(agent=agent.name)
    assert settled(lost) == Outcome.DONE  # the journal is gone; the account itself was asked


def test_a_portal_that_dies_after_sending_finds_out_later(
    slapd, rosa, agent_of, monkeypatch, settings
):
    agent_of(slapd)
    user, dn = rosa
    row = row_of(user)
    find(user)
    client = connection.client()

    def die(*_all, **_values):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(type(client), "blpop", die)
        with pytest.raises(SystemExit):
            services.write(row, BETTER, client=CLIENT)
    assert Write.objects.in_directory(user.directory).get().outcome == Outcome.PENDING
    eventually(lambda: settled(row) == Outcome.DONE)
    assert told(row) == ["writeback.done"]
    assert slapd.binds(dn, BETTER)


def test_when_its_agent_is_gone_for_good_another_looks_and_repeats_nothing(
    slapd, rosa, agent_of, corp, monkeypatch
):
    user, dn = rosa
    north, south = agent_of(slapd), agent_of(slapd)
    rows = Agent.objects.in_directory(corp)
    rows.filter(name=south.name).update(revoked_at=timezone.now())
    done = services.write(row_of(user), BETTER, client=CLIENT)
    assert (done.outcome, done.agent) == (Outcome.DONE, north.name)
    rows.filter(name=south.name).update(revoked_at=None)
    rows.filter(name=north.name).update(revoked_at=timezone.now())
    unheard = Write.objects.in_directory(corp)
    unheard.filter(pk=done.pk).update(outcome=Outcome.UNKNOWN)
    assert settled(done) == Outcome.DONE

    never = row_of(user)
    since = timezone.now() + timedelta(minutes=1)  # the password was set before that
    unheard.filter(pk=never.pk).update(agent=north.name, created_at=since, outcome=Outcome.UNKNOWN)
    overdue(never)
    assert settled(never) == Outcome.UNKNOWN  # its own agent's clock may be behind
    monkeypatch.setattr(channel, "CLOCK_BOUND", timedelta())
    monkeypatch.setattr(on_premises, "QUIET", timedelta())
    assert settled(never) == Outcome.VOID
    assert slapd.binds(dn, BETTER)
    assert "repeated" not in south.said()
