"""What an agent does with a request, before an OpenLDAP server."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.agent.asking import request_of
from tests.agent.servers import BETTER, GOOD
from writeback.agent.brakes import Brakes, is_below
from writeback.agent.journal import Journal
from writeback.agent.messages import Operation, State
from writeback.agent.work import LONGEST_LIFE, Worker


@pytest.fixture
def dn(slapd):
    return slapd.make(f"ben{uuid.uuid4().hex[:10]}")


@pytest.fixture
def worker(slapd, driver_of, tmp_path):
    journal = Journal(tmp_path / "journal.sqlite3")
    yield Worker("north", "corp", driver_of(slapd), journal, Brakes())
    journal.close()


@pytest.fixture
def ask(worker, dn):
    """Asks the worker something about Ben."""
    name = dn.partition(",")[0].partition("=")[2]
    anchor = worker.driver.find(name).anchor

    def send(operation=Operation.RESET, worker=worker, **values):
        values = {"target": anchor, "password": BETTER, **values}
        return worker.work(request_of(operation, **values))

    return send


def test_a_reset_is_done_and_noted(slapd, worker, dn, ask):
    job = uuid.uuid4()
    assert ask(id=job).state is State.DONE
    assert slapd.binds(dn, BETTER)
    assert worker.journal.line(job).state == "done"


def test_a_job_is_done_once(slapd, dn, ask):
    """S-C41: the same request again changes nothing."""
    job = uuid.uuid4()
    ask(id=job)
    slapd.set_password(dn, GOOD)
    again = ask(id=job)
    assert (again.state, again.reason) == (State.REFUSED, "repeated")
    assert slapd.binds(dn, GOOD)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agent": "south"}, "not_ours"),
        ({"directory": "other"}, "not_ours"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "too_late"),
        ({"expires_at": datetime.now(UTC) + 4 * LONGEST_LIFE}, "too_late"),
        ({"issued_at": datetime.now(UTC) - timedelta(days=1)}, "too_late"),
        ({"target": str(uuid.UUID(int=7))}, "gone"),
        ({"target": "uid=ada,ou=people,dc=example,dc=test"}, "gone"),
        ({"target": "", "operation": Operation.VERIFY}, "gone"),
    ],
)
def test_what_is_not_for_now_and_for_us_is_refused(slapd, worker, dn, ask, change, reason):
    """S-C41: stale, re-targeted, or issued before the journal began."""
    job = uuid.uuid4()
    result = ask(id=job, **change)
    assert (result.state, result.reason) == (State.REFUSED, reason)
    assert worker.journal.line(job) is None
    assert slapd.binds(dn, GOOD)


@pytest.mark.parametrize(
    ("brakes", "reason"),
    [
        (Brakes(bases=("ou=elsewhere,dc=example,dc=test",)), "out_of_reach"),
        (Brakes(writes_per_minute=0), "too_many"),
        (Brakes(writes_per_account=0), "too_many"),
    ],
)
def test_brakes_hold_whatever_the_portal_asks(slapd, worker, dn, ask, brakes, reason):
    braked = replace(worker, brakes=brakes)
    assert ask(worker=braked).reason == reason
    assert ask(Operation.UNLOCK, worker=braked).reason == reason
    assert slapd.binds(dn, GOOD)


def test_only_so_many_writes_to_one_account(worker, ask):
    braked = replace(worker, brakes=Brakes(writes_per_account=2))
    states = [ask(worker=braked, password=f"Kettle-Orbit-{n:04}").state for n in range(4)]
    assert states == [State.DONE, State.DONE, State.REFUSED, State.REFUSED]


@pytest.mark.parametrize(
    ("dn", "base", "below"),
    [
        ("uid=a,OU=Staff, DC=corp", "ou=staff,dc=corp", True),
        ("ou=staff,dc=corp", "OU=Staff,DC=Corp", True),
        ("uid=a,ou=notstaff,dc=corp", "ou=staff,dc=corp", False),
        ("uid=a,ou=staff,dc=corp,dc=evil", "ou=staff,dc=corp", False),
        ("dc=corp", "ou=staff,dc=corp", False),
    ],
)
def test_below_means_in_the_tree_below(dn, base, below):
    assert is_below(dn, base) is below


def test_a_refusal_is_noted_with_its_reason(slapd, worker, dn, ask):
    job = uuid.uuid4()
    assert ask(id=job, password="short").reason == "too_short"
    line = worker.journal.line(job)
    assert (line.state, line.reason) == ("refused", "too_short")
    told = ask(Operation.OUTCOME, about=job)
    assert told.facts == {"state": "refused", "reason": "too_short", "until": None}


def test_a_job_that_never_came_is_told_so(ask):
    assert ask(Operation.OUTCOME, about=uuid.uuid4()).facts["state"] == "never"


def test_a_job_asked_after_too_late_is_not_done_any_more(slapd, worker, dn, ask):
    """Whatever the clocks say: once it was given up, it may come and is refused."""
    job = uuid.uuid4()
    assert ask(Operation.GIVE_UP, about=job).facts["state"] == "never"
    assert ask(id=job).reason == "repeated"
    assert slapd.binds(dn, GOOD)
    assert ask(Operation.OUTCOME, about=job).facts["state"] == "never"
    assert worker.journal.started_since(datetime.now(UTC) - timedelta(hours=1)) == 0


def test_giving_up_what_was_done_tells_that(ask):
    job = uuid.uuid4()
    ask(id=job)
    assert ask(Operation.GIVE_UP, about=job).facts["state"] == "done"


def test_a_server_that_is_away_is_told_as_that(slapd, worker, driver_of, ask):
    gone = driver_of(slapd, replace(slapd.settings, urls=("ldaps://127.0.0.1:9",)))
    job = uuid.uuid4()
    assert ask(id=job, worker=replace(worker, driver=gone)).state is State.AWAY
    assert worker.journal.line(job) is None


def test_the_portals_clock_may_differ_as_far_as_it_is_known(worker, ask):
    """Ten minutes ahead: its requests seem to live too long, until the difference is known."""
    ahead = timedelta(minutes=10)
    now = datetime.now(UTC) + ahead
    times = {"issued_at": now, "expires_at": now + timedelta(minutes=3)}
    assert ask(**times).reason == "too_late"
    assert ask(worker=replace(worker, clock_offset=ahead), **times).state is State.DONE


def test_looking_changes_nothing_and_tells_rules_and_state(slapd, worker, dn, ask):
    told = ask(Operation.DESCRIBE).facts
    assert (told["locked"], told["enabled"], told["rules"]["min_length"]) == (False, True, 12)
    assert ask(Operation.VERIFY, password=GOOD).facts == {"verdict": "right"}
    assert ask(Operation.VERIFY, password="wrong").facts == {"verdict": "wrong"}
    name = dn.partition(",")[0].partition("=")[2]
    assert ask(Operation.FIND, target=name).facts["anchor"] == ask(Operation.DESCRIBE).target
    assert ask(Operation.FIND, target="nobody").facts == {"anchor": ""}
    assert worker.journal.started_since(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert slapd.binds(dn, GOOD)
