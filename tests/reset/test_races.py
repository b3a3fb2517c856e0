"""Fifty at once: limits hold, a code opens once, a password is set once (I1-I4, S-C09)."""

from copy import copy
from dataclasses import replace

import pytest

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from registration.challenges import Answer, Verdict
from registration.models import Challenge
from reset import checks, limits, services, waits
from reset.limits import Paused
from reset.models import Proof
from reset.proof_of_work import ProofOfWork
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.reset.scene import STRANGER, answered, asked, begun, fresh, proved
from tests.reset.solving import solved
from tests.support.threads import AT_ONCE, together
from writeback.models import Outcome, Write

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

BEN = "ben@corp.example"


@pytest.fixture
def asked_for_app(ben):
    return asked(begun(BEN), "authenticator_app")


def test_of_fifty_wrong_codes_five_are_looked_at(asked_for_app):
    right = code_now()
    wrong = [f"{n:06d}" for n in range(AT_ONCE + 1) if f"{n:06d}" != right]
    results = together(lambda n: checks.answer(asked_for_app, wrong[n], client=STRANGER))
    looked_at = [r for r in results if isinstance(r, Answer) and r.verdict is Verdict.WRONG]
    assert len(looked_at) <= 5
    assert Challenge.objects.in_directory(asked_for_app.directory_id).get().tries <= 5


def test_after_them_the_right_code_is_too_late(asked_for_app):
    together(lambda n: checks.answer(asked_for_app, "000000", client=STRANGER))
    assert isinstance(answered(asked_for_app, code_now()), Paused)


def test_of_fifty_right_codes_one_passes(asked_for_app):
    code = code_now()
    results = together(lambda n: checks.answer(copy(asked_for_app), code, client=STRANGER))
    assert sum(isinstance(r, Answer) and r.passed for r in results) == 1
    assert Proof.objects.in_directory(asked_for_app.directory_id).count() == 1


def test_of_fifty_finishes_one_writes(ben):
    attempt = proved(BEN)
    passwords = [f"seven quiet lanterns under rain {n}" for n in range(AT_ONCE)]
    results = together(
        lambda n: services.finish(fresh(attempt), passwords[n], client=STRANGER), times=10
    )
    rows = Write.objects.in_directory(ben.directory).filter(outcome=Outcome.DONE)
    assert rows.count() == 1
    assert sum(bool(r.row and not r.problems) for r in results) == 1
    ben.refresh_from_db()
    assert sum(ben.check_password(password) for password in passwords) == 1
    assert not ben.check_password(PASSWORD)


def test_one_write_has_one_event_and_each_notice_once(ben):
    attempt = proved(BEN)
    together(
        lambda n: services.finish(fresh(attempt), f"seven quiet lanterns {n}", client=STRANGER),
        times=10,
    )
    with across_directories("a test looks"):
        assert AuditRecord.objects.filter(kind="reset.succeeded").count() == 1
    to = [p.payload["to"] for p in Parcel.objects.filter(kind="notice") if "to" in p.payload]
    assert len(to) == len(set(to)) == 2


def test_of_fifty_choices_one_challenge_counts(ben):
    attempt = begun(BEN)
    together(lambda n: checks.choose(attempt, 1, client=STRANGER), times=10)
    assert fresh(attempt).challenge is not None
    code = code_now()
    answer = checks.answer(fresh(attempt), code, client=STRANGER)
    assert isinstance(answer, Answer)
    assert answer.passed
    assert Proof.objects.in_directory(attempt.directory_id).count() == 1


def test_one_limit_of_many_openings_is_exact(ben, monkeypatch):
    """I4: so many attempts an hour from one network, whoever they are for."""
    monkeypatch.setattr(limits, "OPENINGS", replace(limits.OPENINGS, times=20))
    results = together(lambda n: services.open_attempt(BEN, goal="reset", client=STRANGER))
    assert sum(not isinstance(result, Paused) for result in results) == 20


def test_of_fifty_uses_of_one_solution_one_counts(ben, settings):
    """P-C42."""
    settings.BOT_CHALLENGE_NUMBERS = 10
    asked = {"browser": "this browser", "purpose": "reset:start"}
    answer = solved(ProofOfWork().ask(**asked))
    results = together(lambda n: ProofOfWork().passed(answer, **asked))
    assert results.count(True) == 1


def test_of_fifty_uses_of_one_wait_one_counts(ben, settings):
    settings.BOT_CHALLENGE_WAIT_SECONDS = 0
    asked = {"browser": "this browser", "purpose": "reset:start"}
    begun = waits.begin(**asked, directory=ben.directory, client=STRANGER)
    assert isinstance(begun, waits.Wait)
    results = together(lambda n: waits.is_over(begun.ticket, **asked))
    assert results.count(True) == 1
