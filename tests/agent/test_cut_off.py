"""Jobs cut off in the middle"""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.agent.asking import request_of
from tests.agent.servers import BETTER, GOOD
from writeback.agent.answers import AnswerLost
from writeback.agent.brakes import Brakes
from writeback.agent.journal import Journal
from writeback.agent.messages import Operation, State
from writeback.agent.work import Worker


class Cut:
    """The driver, and somebody who cuts it off: before a write is sent, or after it was done."""

    def __init__(self, driver, after):
        self._driver, self._after = driver, after

    def __getattr__(self, name):
        verb = getattr(self._driver, name)

        def cut(*args, **kwargs):
            if self._after:
                verb(*args, **kwargs)
            else:
                kwargs["admit"](self._driver.account(args[0]))
            raise AnswerLost

        return cut if name in {"reset", "change", "unlock"} else verb


@pytest.fixture
def worker(driver, tmp_path):
    """One that says at once what was not done."""
    journal = Journal(tmp_path / "journal.sqlite3")
    yield Worker("north", "corp", driver, journal, Brakes(), settles=timedelta())
    journal.close()


@pytest.fixture
def cut_off(worker, anchor):
    """Has a job done that is cut off; asks what became of it."""

    def ask(worker, operation, **values):
        return worker.work(request_of(operation, anchor, **values))

    def send(operation=Operation.RESET, *, after, worker=worker, then=None, **values):
        job, cut = uuid.uuid4(), replace(worker, driver=Cut(worker.driver, after))
        values = {"password": BETTER, **values}
        assert ask(cut, operation, id=job, **values).state is State.LOST
        if then:
            then()
        return ask(worker, Operation.OUTCOME, about=job).facts["state"]

    return send


@pytest.mark.behaviour(
    "A reset that was cut off is told as done or not done, also where a change is due"
)
@pytest.mark.parametrize("must_change", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_reset_is_told_truly(server, dn, cut_off, after, must_change):
    """Also while a change is due, when a domain tells no moment of the last one."""
    assert cut_off(after=after, must_change=must_change) == ("done" if after else "refused")


@pytest.mark.behaviour("A change of a due password that was cut off is told as done or not done")
@pytest.mark.parametrize("after", [False, True])
def test_a_change_that_was_due_is_told_truly(server, dn, cut_off, after):
    server.require_change(dn)
    told = cut_off(Operation.CHANGE, after=after, current=GOOD)
    assert told == ("done" if after else "refused")


@pytest.mark.behaviour("An unlock that was cut off is told as done or not done")
@pytest.mark.parametrize("after", [False, True])
def test_an_unlock_is_told_truly(server, dn, cut_off, after):
    server.policy(lockout=3)
    server.lock(dn, 3)
    assert cut_off(Operation.UNLOCK, after=after) == ("done" if after else "refused")


@pytest.mark.behaviour("A wrong password and a duty to change are not taken for a new password")
def test_what_happens_to_the_account_meanwhile_is_no_new_password(server, dn, cut_off):
    """A wrong password, and the duty to change it, leave other traces."""
    server.policy(lockout=10)

    def meanwhile():
        server.lock(dn, 1)
        server.require_change(dn)

    assert cut_off(after=False, then=meanwhile) == "refused"


def test_a_server_may_still_be_at_it_for_a_while(worker, cut_off):
    patient = replace(worker, settles=timedelta(seconds=20))
    assert cut_off(after=False, worker=patient) == "lost"
    assert cut_off(after=True, worker=patient) == "done"


@pytest.mark.behaviour("Somebody deleted meanwhile has no new password")
def test_somebody_deleted_meanwhile_has_no_new_password(server, dn, cut_off):
    assert cut_off(after=False, then=lambda: server.admin.delete(dn)) == "refused"


def test_a_journal_without_a_witness_goes_by_the_time(worker, anchor):
    """A domain that does not tell the number of its writings."""

    class Silent(Cut):
        def account(self, anchor):
            return replace(self._driver.account(anchor), witness="")

    job = uuid.uuid4()
    worker.journal.start(job, "reset", anchor)
    line, silent = worker.journal.line(job), replace(worker, driver=Silent(worker.driver, False))
    assert silent._seen(line) is State.DONE  # just made
    assert silent._seen(replace(line, started_at=line.started_at + timedelta(minutes=1))) is (
        State.REFUSED
    )
