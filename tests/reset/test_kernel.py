"""The kernel admits no write without all of its evidence, as things are now."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.policy.models import Policy
from registration.models import Challenge, Factor, Purpose
from reset import kernel
from reset.models import Attempt, Ending, Proof
from tests.cast import make_user
from tests.reset.scene import STRANGER, begun, fresh, proved
from writeback.models import Evidence, Operation, Outcome, Write

pytestmark = pytest.mark.django_db

BEN = "ben@corp.example"


@pytest.fixture
def attempt(ben):
    return proved(BEN)


def admit(attempt, operation=Operation.RESET):
    return kernel.admit(attempt, operation, client=STRANGER)


def test_all_evidence_admits_one_write(attempt, ben):
    row = admit(attempt)
    assert isinstance(row, Write)
    assert (row.user, row.evidence, row.evidence_id) == (ben, Evidence.PROOFS, str(attempt.pk))


def test_the_same_evidence_admits_no_second_write(attempt):
    admit(attempt)
    assert admit(attempt) == "This was done already, in another window."
    assert Write.objects.in_directory(attempt.directory_id).count() == 1


def test_an_attempt_without_proof_admits_nothing(ben):
    assert isinstance(admit(begun(BEN)), str)
    assert not Write.objects.in_directory(ben.directory).exists()


def disable(attempt, user):
    user.enabled = False
    user.save(update_fields=["enabled"])


def block_resets(attempt, user):
    user.resets_blocked_at = timezone.now()
    user.save(update_fields=["resets_blocked_at"])


def block_long_ago(attempt, user):
    user.resets_blocked_at = timezone.now() - timedelta(days=400)
    user.save(update_fields=["resets_blocked_at"])


def switch_off(attempt, user):
    Policy.objects.in_directory(user.directory).update(self_service_reset=False)


def demand_two(attempt, user):
    Policy.objects.in_directory(user.directory).update(methods_required=2)


def forbid_the_method(attempt, user):
    Policy.objects.in_directory(user.directory).update(methods=["alternate_email"])


def remove_the_factor(attempt, user):
    Factor.objects.in_directory(user.directory).filter(method="authenticator_app").update(
        confirmed_at=None
    )


def give_the_factor_to_another(attempt, user):
    thief = make_user("thief", directory=user.directory)
    Factor.objects.in_directory(user.directory).update(user=thief)


def run_out(attempt, user):
    rows = Attempt.objects.in_directory(user.directory)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))


def close(attempt, user):
    kernel.close(attempt, Ending.STOPPED)


def want_something_else(attempt, user):
    Attempt.objects.in_directory(user.directory).update(goal="unlock")


def answer_for_another_purpose(attempt, user):
    Challenge.objects.in_directory(user.directory).update(purpose=Purpose.SIGN_IN)


def answer_for_another_attempt(attempt, user):
    Challenge.objects.in_directory(user.directory).update(holder="somebody else's")


def unpass_the_challenge(attempt, user):
    Challenge.objects.in_directory(user.directory).update(passed_at=None)


@pytest.mark.parametrize(
    "happens",
    [
        disable,
        block_resets,
        block_long_ago,
        switch_off,
        demand_two,
        forbid_the_method,
        remove_the_factor,
        give_the_factor_to_another,
        run_out,
        close,
        want_something_else,
        answer_for_another_purpose,
        answer_for_another_attempt,
        unpass_the_challenge,
    ],
)
def test_what_happens_after_the_checks_still_counts(attempt, ben, happens):
    """S-C42: scope, account, policy and factors are read again in the writing transaction."""
    happens(attempt, ben)
    assert isinstance(admit(attempt), str)
    assert not Write.objects.in_directory(ben.directory).exists()


def test_a_role_given_meanwhile_demands_two_checks(attempt, ben):
    ben.role_grants.create(directory=ben.directory, role="helpdesk")
    assert isinstance(admit(attempt), str)


@pytest.mark.parametrize(("refusals", "is_admitted"), [(4, True), (5, False)])
def test_a_store_may_refuse_five_passwords(attempt, refusals, is_admitted):
    for _ in range(refusals):
        row = admit(attempt)
        Write.objects.in_directory(attempt.directory_id).filter(pk=row.pk).update(
            outcome=Outcome.REFUSED, reason="complexity"
        )
    assert isinstance(admit(attempt), Write) is is_admitted


def test_an_outage_is_not_a_refusal(attempt):
    for _ in range(6):
        row = admit(attempt)
        Write.objects.in_directory(attempt.directory_id).filter(pk=row.pk).update(
            outcome=Outcome.REFUSED, reason="away"
        )
    assert isinstance(admit(attempt), Write)


def test_one_method_opens_one_gate_only(attempt):
    challenge = Challenge.objects.in_directory(attempt.directory_id).get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proof.objects.create(
            directory=attempt.directory,
            attempt=attempt,
            method="authenticator_app",
            challenge=challenge,
        )


def test_a_challenge_opens_one_gate_only(attempt):
    challenge = Challenge.objects.in_directory(attempt.directory_id).get()
    second = begun(BEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proof.objects.create(
            directory=attempt.directory,
            attempt=second,
            method="another",
            challenge=challenge,
        )


def test_an_attempt_ends_once(attempt):
    assert kernel.close(attempt, Ending.STOPPED)
    assert not kernel.close(attempt, Ending.EXPIRED)
    assert fresh(attempt).ending == Ending.STOPPED


def test_a_password_that_was_changed_meanwhile_ends_what_was_proved_before(attempt, ben):
    """P-C10, P-C36, S-C05: who notices a thief and changes the password, stops the thief."""
    ben.password_changed_at = timezone.now()
    ben.save(update_fields=["password_changed_at"])
    assert admit(attempt) == "The password was changed after you started. Start again."


@pytest.mark.parametrize("ending", [Ending.STOPPED, Ending.EXPIRED])
@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.UNKNOWN, Outcome.DONE])
def test_a_write_on_its_way_is_not_stopped_by_leaving(attempt, ending, outcome):
    """I6: else the trail would say "stopped" and "succeeded" of one attempt."""
    row = admit(attempt)
    Write.objects.in_directory(attempt.directory_id).filter(pk=row.pk).update(outcome=outcome)
    assert not kernel.close(attempt, ending)
    assert kernel.end(attempt, Ending.SUCCEEDED)


def test_after_a_refused_write_one_can_still_leave(attempt):
    row = admit(attempt)
    Write.objects.in_directory(attempt.directory_id).filter(pk=row.pk).update(outcome="refused")
    assert kernel.close(attempt, Ending.STOPPED)


def test_an_unlock_that_is_switched_off_meanwhile_is_not_made(attempt, ben):
    """S-C42."""
    policy = Policy.objects.in_directory(ben.directory)
    Attempt.objects.in_directory(ben.directory).update(goal="unlock")
    policy.update(unlock_without_reset=False)
    assert isinstance(admit(attempt, Operation.UNLOCK), str)
    policy.update(unlock_without_reset=True)
    assert isinstance(admit(attempt, Operation.UNLOCK), Write)
