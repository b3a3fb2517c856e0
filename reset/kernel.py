"""The kernel: proofs in, one Write row out.

Only here does an attempt become entitled to a write. Everything is checked again, against the
policy and the account as they are now, under the attempt's lock and in the transaction that
inserts the row.
"""

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.client import Client
from accounts.people.models import User
from accounts.policy import services as policies
from accounts.policy.services import EffectiveRules
from accounts.prepared import Given, Prepared, insert, update
from accounts.tenancy import TenantQuerySet
from registration.models import Challenge, Purpose
from reset import gates
from reset.decision import may_be_written
from reset.events import EvidenceRefused
from reset.models import Attempt, Ending, Goal, Proof
from reset.outcomes import Standing
from reset.trail import note
from writeback import reasons
from writeback.models import LIFE, VAIN, Evidence, Operation, Outcome, Write

_DIRECTORY = Given("directory", BigIntegerField())
_HELD = Prepared(
    lambda: Attempt.objects.filter(
        directory_id=_DIRECTORY, pk=Given("attempt", UUIDField())
    ).select_for_update()
)
_OPEN = Prepared(
    lambda: Attempt.objects.filter(
        directory_id=_DIRECTORY, user_id=Given("user", BigIntegerField()), closed_at=None
    ).order_by("pk")
)
_PERSON = Prepared(
    lambda: (
        User.objects.filter(directory_id=_DIRECTORY, pk=Given("user", BigIntegerField()))
        .select_related("directory")
        .defer("directory__logo", "directory__logo_dark")
    )
)
_PROOFS = Prepared(
    lambda: Proof.objects.filter(
        directory_id=_DIRECTORY, attempt_id=Given("attempt", UUIDField())
    ).select_related("challenge__factor")
)
_WRITES = Prepared(
    lambda: Write.objects.filter(
        directory_id=_DIRECTORY,
        evidence=Evidence.PROOFS,
        evidence_id=Given("attempt", CharField()),
    ).values_list("outcome", "reason")
)

REFUSALS = 5  # a store may refuse so many passwords before the checks must be passed again


def lock(attempt: Attempt) -> Attempt:
    """Hold an attempt's row until the end of the transaction; returns it as it is now."""
    held = _HELD.first(directory=attempt.directory_id, attempt=attempt.pk)
    if held is None:
        raise Attempt.DoesNotExist
    return held


def hold(attempt: Attempt, challenge: Challenge | None, chosen: int | None = None) -> None:
    """Make a challenge, to the offer that was chosen, the one this attempt waits for.

    Called under ``lock``.
    """
    attempt.challenge, attempt.chosen = challenge, chosen
    update(attempt, "challenge", "chosen")


def prove(attempt: Attempt, challenge: Challenge) -> None:
    """A passed challenge opens its gate; a second one by the same method opens none."""
    proof = Proof(
        directory_id=attempt.directory_id,
        attempt=attempt,
        method=challenge.method,
        challenge=challenge,
    )
    Proof.objects.bulk_create([proof], ignore_conflicts=True)
    if challenge.method not in attempt.proved_by:
        attempt.proved_by = (*attempt.proved_by, challenge.method)
    hold(attempt, None)


def close(attempt: Attempt, ending: Ending) -> bool:
    """End an attempt, in the transaction of the caller, who records the one event.

    False when it has ended already, or when a write of it is done or on its way: then only the
    answer to that ends it.
    """
    attempt = lock(attempt)
    if _writes(attempt).exclude(outcome__in=VAIN).exists():
        return False
    return end(attempt, ending)


def open_attempts(user: User) -> list[Attempt]:
    """What is under way for a person, in the order in which to lock them."""
    return _OPEN.all(directory=user.directory_id, user=user.pk)


def end(attempt: Attempt, ending: Ending) -> bool:
    """End an attempt whose row is held already; False when it has ended before."""
    rows = Attempt.objects.in_directory(attempt.directory_id).filter(pk=attempt.pk, closed_at=None)
    now = timezone.now()
    if not rows.update(closed_at=now, ending=ending):
        return False
    attempt.closed_at, attempt.ending = now, ending
    return True


def admit(attempt: Attempt, operation: Operation, *, client: Client) -> Write | str:
    """Insert the Write row that the attempt's evidence allows, or say why it allows none."""
    try:
        with transaction.atomic():
            attempt = lock(attempt)
            user = _person(attempt)
            rules = policies.effective(user) if user else None
            problem = _problem(attempt, operation, user, rules)
            if problem or user is None or rules is None:
                return _refused(attempt, problem, user, client)
            attempt.write = row = _insert(attempt, operation, user, rules)
            update(attempt, "write")
            return row
    except IntegrityError:
        return _done_already()


def _person(attempt: Attempt) -> User | None:
    """The person as they are now."""
    return _PERSON.first(directory=attempt.directory_id, user=attempt.user_id or 0)


def _problem(
    attempt: Attempt, operation: Operation, user: User | None, rules: EffectiveRules | None
) -> str:
    wanted = Goal.UNLOCK if operation == Operation.UNLOCK else Goal.RESET
    if attempt.closed_at or attempt.is_too_late or attempt.goal != wanted:
        return _("The time for this ran out. Start again.")
    writes = _WRITES.all(directory=attempt.directory_id, attempt=str(attempt.pk))
    if any(outcome not in VAIN for outcome, _reason in writes):
        return _done_already()
    if user is None or rules is None or not user.enabled:
        return _("This account cannot be used just now. Contact the helpdesk.")
    if problem := _since(attempt, user):
        return problem
    if not rules.enabled or not may_be_written(user, rules) or not _may(operation, attempt, rules):
        return _("Your organisation has just switched this off for you. Contact the helpdesk.")
    if attempt.standing != Standing.READY or not _is_proved(attempt, user, rules):
        return _("The rules have changed since you started. Start again.")
    if sum(map(_is_refusal, writes)) >= REFUSALS:
        return _("Your directory has refused %(times)d passwords. Start again.") % {
            "times": REFUSALS
        }
    return ""


def _may(operation: Operation, attempt: Attempt, rules: EffectiveRules) -> bool:
    """Does policy still let people unlock? For who is under none, that of the attempt says."""
    policy = rules.policy or attempt.policy
    return operation != Operation.UNLOCK or (policy is not None and policy.unlock_without_reset)


def _since(attempt: Attempt, user: User) -> str:
    """What has happened to the account in the meantime that ends every attempt."""
    if user.resets_blocked_at:
        return _("Resets of this account are stopped. Contact the helpdesk.")
    was, since = attempt.password_as_of, user.password_changed_at
    if since and (since > attempt.created_at or (was and since != was)):  # clocks may step back
        return _("The password was changed after you started. Start again.")
    return ""


def _is_proved(attempt: Attempt, user: User, rules: EffectiveRules) -> bool:
    """Do the proofs still suffice: enough of them, each by a method that policy still allows, and
    by a factor that the person still has; one of them strong, where policy wants that?"""
    counted = [
        proof.method
        for proof in _PROOFS.all(directory=attempt.directory_id, attempt=attempt.pk)
        if proof.method in rules.methods and _stands(proof.challenge, attempt, user, rules)
    ]
    enough = len(set(counted)) >= max(rules.gates, attempt.gates)
    is_strong = gates.any_strong(counted)
    return enough and (is_strong or not gates.must_be_strong(rules, gates.usable_now(user, rules)))


def _stands(challenge: Challenge, attempt: Attempt, user: User, rules: EffectiveRules) -> bool:
    factor = challenge.factor
    return (
        challenge.passed_at is not None
        and challenge.purpose == Purpose.RESET
        and challenge.holder == str(attempt.pk)
        and factor is not None
        and factor.user_id == user.pk
        and factor.stands(unconfirmed=rules.unconfirmed)
    )


def _is_refusal(write: tuple[str, str]) -> bool:
    outcome, reason = write
    return outcome == Outcome.REFUSED and reason != reasons.AWAY


def _writes(attempt: Attempt) -> TenantQuerySet[Write]:
    rows = Write.objects.in_directory(attempt.directory_id)
    return rows.filter(evidence=Evidence.PROOFS, evidence_id=str(attempt.pk))


def _done_already() -> str:
    return _("This was done already, in another window.")


def _insert(attempt: Attempt, operation: Operation, user: User, rules: EffectiveRules) -> Write:
    row = Write(
        directory_id=attempt.directory_id,
        user=user,
        operation=operation,
        evidence=Evidence.PROOFS,
        evidence_id=str(attempt.pk),
        policy_fingerprint=rules.fingerprint,
        history_length=rules.policy.history_length if rules.policy else 0,
        expires_at=timezone.now() + LIFE,
    )
    insert(row)
    return row


def _refused(attempt: Attempt, problem: str, user: User | None, client: Client) -> str:
    note(EvidenceRefused(why=problem), attempt, client, subject=user)
    return problem
