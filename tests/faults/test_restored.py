"""A back-up is restored: what was used since is not alive again (S-F29)."""

import io
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from accounts.people.models import User
from accounts.people.registry import Act
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from registration import passes
from registration.methods.recovery_codes import RecoveryCodes
from reset.models import Attempt
from tests.apps import code_now
from tests.cast import PASSWORD, add_codes, codes
from tests.faults.conftest import tool
from tests.journeys import NEW, Journey, ResetJourney, can_sign_in
from tests.reset.scene import STRANGER as CLIENT
from writeback.channel import enrolment
from writeback.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)

ADA, BEN, CLEO = "ada@corp.example", "ben@corp.example", "cleo@corp.example"
METHODS = ["alternate_email", "authenticator_app", "recovery_codes", "temporary_pass"]


@pytest.fixture
def backup(request, tmp_path):
    """Makes a back-up, with the tools of the database, and restores it."""
    vendor = OnPostgres if connection.vendor == "postgresql" else OnSqlite
    if vendor is OnPostgres:
        request.getfixturevalue("server")
    return vendor(str(tmp_path / "backup"))


class OnSqlite:
    def __init__(self, path):
        self.path = path

    def make(self):
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [self.path])

    def restore(self):
        connection.close()
        live = str(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(self.path)) as kept, closing(sqlite3.connect(live)) as used:
            kept.backup(used)


class OnPostgres:
    def __init__(self, path):
        self.path = path

    def make(self):
        self._run("pg_dump", "--format=custom", f"--file={self.path}", self._address)

    def restore(self):
        connection.close()
        self._run("pg_restore", "--clean", f"--dbname={self._address}", self.path)

    @property
    def _address(self):
        return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
            **connection.settings_dict
        )

    def _run(self, name, *arguments):
        subprocess.run([tool(name), *arguments], check=True, capture_output=True)


@pytest.fixture
def people(backup, corp, ada, ben, cleo, helpdesk):
    """Everybody in Corp may use every way; Cleo has nothing but what the helpdesk gives her."""
    Policy.objects.in_directory(corp).update(methods=METHODS)
    return corp


def restored(recovery_codes="keep"):
    out = io.StringIO()
    call_command("restored", recovery_codes=recovery_codes, stdout=out)
    return out.getvalue()


def person(name):
    with across_directories("a test looks"):
        return User.objects.get(upn_key=name)


def ended(attempt):
    """How often the trail says that an attempt ended."""
    kinds = ("reset.succeeded", "reset.expired", "reset.stopped")
    with across_directories("a test looks"):
        return AuditRecord.objects.filter(attempt=attempt, kind__in=kinds).count()


def test_nothing_used_since_the_backup_is_alive_again(backup, people, run_outbox, postbox):
    """Everything good for one time is used between the back-up and the fault that it is for."""
    mailed = ResetJourney().start(ADA).choose()
    run_outbox()
    code = postbox.code("ada@home.example")
    proved = ResetJourney().start(BEN).choose(1).answer(code_now())
    asked = ResetJourney(Client(REMOTE_ADDR="198.51.100.2")).start(ADA).choose()
    inside = Journey()
    inside.post("signin:sign_in", username=BEN, password=PASSWORD)
    given = passes.issue(
        person(CLEO), actor=person("helpdesk@corp.example"), client=CLIENT, note="INC-1"
    )
    agent, _code = enrolment.invite(people.pk, "unit", Act(CLIENT))
    seal()
    backup.make()

    assert mailed.answer(code).save().step == "reset:done"
    assert proved.save().step == "reset:done"
    assert ResetJourney().start(CLEO).choose().answer(given).save().step == "reset:done"
    app = code_now(steps=1)
    assert ResetJourney().start(BEN).choose(1).answer(app).step == "reset:password"
    seal()
    head = verify().head

    backup.restore()
    postbox.clear()
    assert "1 passes, 1 tickets" in restored()
    assert Agent.objects.in_directory(people).get(pk=agent.pk).code_hash is None

    assert mailed.answer(code).step == "reset:closed"
    assert proved.save().step == "reset:closed"
    assert inside.client.get(reverse("account")).status_code == 302
    assert ResetJourney().start(CLEO).choose().answer(given).step == "reset:code"
    assert ResetJourney().start(BEN).choose(1).answer(app).step == "reset:code"
    run_outbox()
    assert not postbox.to("ada@home.example")  # no code of an attempt that is over
    assert asked.get("reset:code").step == "reset:closed"
    with across_directories("a test looks"):
        attempts = Attempt.objects.exclude(closed_at=None).values_list("pk", flat=True)
        assert [ended(pk) for pk in attempts] == [1] * 3
    seal()
    assert verify().holds
    assert verify(head).faults == [f"The seal {head} is not part of the chain any more."]
    assert [can_sign_in(name) for name in (ADA, BEN, CLEO)] == [True] * 3  # as it was then


@pytest.mark.once
def test_a_notice_that_waited_says_that_it_may_have_been_sent(backup, people, run_outbox, postbox):
    ResetJourney().start(BEN).choose(1).answer(code_now()).save()
    backup.make()
    run_outbox()
    backup.restore()
    postbox.clear()
    restored()
    run_outbox()
    [mail] = postbox.to("ben@home.example")
    assert mail["X-Maybe-Repeat"]


@pytest.mark.once
@pytest.mark.parametrize(("choice", "step"), [("keep", "reset:password"), ("end", "reset:code")])
def test_recovery_codes_are_kept_or_ended_as_one_decides(backup, people, choice, step):
    add_codes(person(CLEO))
    backup.make()
    backup.restore()
    restored(choice)
    journey = ResetJourney().start(CLEO)
    offers = Attempt.objects.in_directory(people).get().offers
    numbers = [n for n, offer in enumerate(offers) if offer["method"] == RecoveryCodes.slug]
    assert journey.choose([*numbers, 0][0]).answer(codes()[0]).step == step


def test_one_has_to_decide():
    with pytest.raises(CommandError, match="--recovery-codes"):
        call_command("restored")


@pytest.mark.once
def test_half_an_hour_later_there_is_nothing_left_to_end(backup, people, run_outbox, postbox):
    """What a back-up from before that holds has run out by itself, but for passes and sheets."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        mailed = ResetJourney().start(ADA).choose()
        run_outbox()
        code = postbox.code("ada@home.example")
        proved = ResetJourney().start(BEN).choose(1).answer(code_now())
        inside = Journey()
        inside.post("signin:sign_in", username=BEN, password=PASSWORD)
        backup.make()
        clock.shift(timedelta(minutes=31))
        backup.restore()
        assert mailed.answer(code).step == "reset:closed"
        assert proved.save(NEW).step == "reset:closed"
        assert inside.client.get(reverse("account")).status_code == 302
