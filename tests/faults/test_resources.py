"""What a machine runs out of: room for logs, room for rows, open files, time (S-F27)."""

import logging
import os
import resource
import sys
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.tenancy import across_directories
from sspr import errors
from sspr.logs import Formatter
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.journeys import ResetJourney, can_sign_in
from writeback.models import Outcome, Write

BEN = "ben@corp.example"


@contextmanager
def at_most(what, amount):
    """Hold this process to a limit of the system, as if there were no more."""
    before = resource.getrlimit(what)
    resource.setrlimit(what, (amount, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(what, before)


@pytest.fixture
def at_the_password(ben):
    """Somebody who has to save a new password and nothing else, in a process that has started."""
    browser = Client(REMOTE_ADDR="192.0.2.1", raise_request_exception=False)
    errors.prepare()
    journey = ResetJourney(browser).start(BEN).choose(1).answer(code_now())
    assert journey.step == "reset:password"
    return journey


def outcomes():
    with across_directories("a test looks"):
        return list(Write.objects.values_list("outcome", flat=True))


@pytest.mark.django_db
def test_a_reset_goes_on_when_no_line_of_the_log_can_be_written(at_the_password, monkeypatch):
    """The evidence is in the database; what is lost is the operator's view, which they notice."""
    with suppress(OSError), open("/dev/full", "w") as full:
        handler = logging.StreamHandler(full)
        handler.setFormatter(Formatter())
        logging.getLogger().addHandler(handler)
        monkeypatch.setattr(sys, "stderr", full)
        try:
            at_the_password.save()
        finally:
            logging.getLogger().removeHandler(handler)
    assert at_the_password.step == "reset:done"
    assert outcomes() == [Outcome.DONE]


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(at_the_password):
    with at_most(resource.RLIMIT_FSIZE, 1):
        at_the_password.save()
    assert (at_the_password.page.status_code, at_the_password.page["Retry-After"]) == (503, "10")
    assert outcomes() == []
    assert can_sign_in(BEN, PASSWORD)
    assert at_the_password.save().step == "reset:done"
    assert outcomes() == [Outcome.DONE]


@pytest.mark.django_db(transaction=True)
def test_no_more_files_to_open_is_told_and_leaves_everything_as_it_was(at_the_password):
    connection.close()
    lowest = os.open("/dev/null", os.O_RDONLY)  # the number that the next file would get
    os.close(lowest)
    with at_most(resource.RLIMIT_NOFILE, lowest):
        at_the_password.save()
    assert (at_the_password.page.status_code, at_the_password.page["Retry-After"]) == (503, "10")
    assert outcomes() == []
    assert at_the_password.save().step == "reset:done"


@pytest.mark.django_db
def test_after_an_hour_without_a_worker_no_code_is_sent_and_every_notice_is(
    ben, ada, run_outbox, postbox
):
    """A code that arrives when its attempt is over would only worry people."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ResetJourney().start(ada.user_principal_name).choose()
        ResetJourney().start(BEN).choose(1).answer(code_now()).save()
        clock.shift(timedelta(hours=1))
        run_outbox()
    assert not postbox.to("ada@home.example")
    assert len(postbox.to("ben@home.example")) == len(postbox.to("ben@mail.example")) == 1
