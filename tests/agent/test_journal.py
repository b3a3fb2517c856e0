"""The journal: what an agent remembers, whatever happens to it."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from writeback.agent.journal import KEPT, Journal, Repeated, TooFast

PATH = "journal.sqlite3"


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state" / PATH)
    yield opened
    opened.close()


def test_a_job_begins_once(journal):
    job = uuid4()
    journal.start(job, "reset", "somebody")
    with pytest.raises(Repeated):
        journal.start(job, "reset", "somebody")
    with pytest.raises(Repeated):
        journal.start(job, "unlock", "somebody else")


def test_of_many_at_once_one_begins(journal):
    job, begun, gate = uuid4(), [], threading.Barrier(20)

    def begin():
        gate.wait()
        try:
            journal.start(job, "reset", "somebody")
        except Repeated:
            return
        begun.append(job)

    threads = [threading.Thread(target=begin) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [job]


def test_of_many_at_once_no_more_begin_than_the_pace_allows(tmp_path):
    """Two processes of an agent share the file."""
    paces = ((timedelta(minutes=1), 7, False), (timedelta(hours=1), 3, True))
    journals = [Journal(tmp_path / PATH), Journal(tmp_path / PATH)]
    begun, ends, gate = [], [], threading.Barrier(20)

    def begin(number):
        gate.wait()
        target = f"somebody {number % 3}"
        try:
            journals[number % 2].start(uuid4(), "reset", target, paces)
            begun.append(target)
        except TooFast as fast:
            ends.append(fast.until)

    threads = [threading.Thread(target=begin, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 7
    assert max(begun.count(target) for target in begun) <= 3
    assert len(ends) == 13
    assert min(ends) > datetime.now(UTC)
    for journal in journals:
        journal.close()


def test_how_a_job_ended_is_told_later(journal):
    job, until = uuid4(), datetime.now(UTC) + timedelta(hours=3)
    assert journal.line(job) is None
    journal.start(job, "change", "somebody")
    line = journal.line(job)
    assert (line.operation, line.target, line.state) == ("change", "somebody", "")
    journal.end(job, "refused", "too_young", until)
    line = journal.line(job)
    assert (line.state, line.reason, line.until) == ("refused", "too_young", until)


def test_what_was_begun_outlives_a_killed_process(tmp_path):
    job = uuid4()
    code = (
        "import os, signal, uuid, pathlib\n"
        "from writeback.agent.journal import Journal\n"
        f"journal = Journal(pathlib.Path({str(tmp_path / PATH)!r}))\n"
        f"journal.start(uuid.UUID({str(job)!r}), 'reset', 'somebody')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False)
    assert killed.returncode == -signal.SIGKILL
    journal = Journal(tmp_path / PATH)
    line = journal.line(job)
    assert line
    assert line.state == ""
    with pytest.raises(Repeated):
        journal.start(job, "reset", "somebody")
    journal.close()


def test_it_knows_since_when_it_remembers(tmp_path):
    before = datetime.now(UTC)
    first = Journal(tmp_path / PATH)
    began = first.began_at
    first.close()
    again = Journal(tmp_path / PATH)
    assert before <= again.began_at == began
    again.close()


def test_it_counts_what_began_lately(journal):
    for target in ("one", "one", "two"):
        journal.start(uuid4(), "reset", target)
    lately = datetime.now(UTC) - timedelta(minutes=1)
    assert journal.started_since(lately) == 3
    assert journal.started_since(lately, "one") == 2
    assert journal.started_since(datetime.now(UTC) + timedelta(minutes=1)) == 0


def test_old_lines_are_swept_and_young_ones_kept(journal):
    old, young = uuid4(), uuid4()
    for job in (old, young):
        journal.start(job, "reset", "somebody")
    long_ago = (datetime.now(UTC) - KEPT - timedelta(hours=1)).isoformat()
    journal._database.execute("UPDATE jobs SET started_at = ? WHERE id = ?", [long_ago, str(old)])
    assert journal.sweep() == 1
    assert journal.line(old) is None
    assert journal.line(young)


def test_nobody_else_on_the_machine_reads_it(tmp_path):
    journal = Journal(tmp_path / "state" / PATH)
    journal.close()
    assert os.stat(tmp_path / "state").st_mode & 0o077 == 0
    assert os.stat(tmp_path / "state" / PATH).st_mode & 0o077 == 0
