"""Several connections at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.audit.models import Seal, UnsealedRecord
from accounts.audit.purge import ChainBusy, purge
from accounts.audit.seal import lock_chain, seal, seal_batch
from accounts.audit.verify import verify
from accounts.client import Client
from tests.audit.happenings import counts, ring

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def in_thread(act: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_record_that_commits_late_is_sealed_later(corp):
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            ring(corp)
            written.set()
            go.wait(10)

    thread = in_thread(late)
    written.wait(10)
    ring(corp, 2)
    assert seal() == 2
    go.set()
    thread.join(10)
    assert seal() == 1
    assert verify().faults == []
    assert counts() == (3, 2, 3, 0)


def test_two_sealers_at_once_seal_everything_once(corp):
    ring(corp, 40)
    start = threading.Barrier(4)

    def sealer() -> None:
        start.wait(10)
        for _turn in range(5):
            seal()

    for thread in [in_thread(sealer) for _one in range(4)]:
        thread.join(20)
    assert counts()[2:] == (40, 0)
    assert verify().faults == []
    positions = list(Seal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


def hold_chain(then: Callable[[], object]) -> None:
    """Do something while another connection works on the chain."""
    held, go = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            lock_chain()
            held.set()
            go.wait(10)

    thread = in_thread(other)
    held.wait(10)
    try:
        then()
    finally:
        go.set()
        thread.join(10)


def test_a_sealer_leaves_the_work_to_the_one_who_is_there(corp):
    ring(corp)
    hold_chain(lambda: seal_batch())
    assert UnsealedRecord.objects.count() == 1
    assert Seal.objects.count() == 0


def test_a_purge_waits_for_nobody(corp):
    def refused() -> None:
        with pytest.raises(ChainBusy):
            purge(timezone.now(), client=Client.nowhere())

    hold_chain(refused)
