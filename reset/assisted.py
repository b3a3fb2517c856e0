"""Staff set a temporary password for somebody, or unlock somebody, who is known to them.

The act of staff is the evidence: who it was and why is on the record before anything is sent. The
password is made here, shown once to whoever asked, and has to be changed at the next sign-in.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts import notices
from accounts.audit import services as audit
from accounts.client import Client
from accounts.limits.services import Limit, spend
from accounts.moments import told_end
from accounts.notices import Notice
from accounts.people.helpers import administrators_over
from accounts.people.models import User
from accounts.people.roles import Action, may
from accounts.policy import services as policies
from accounts.policy.passwords.suggestion import suggest
from accounts.reference import reference_of
from accounts.signin import lockout
from accounts.signin.sessions import end_sessions
from accounts.tenancy import across_directories
from registration import challenges
from reset import events
from reset.decision import may_be_written
from reset.tasks import overtake
from writeback import reasons, stores
from writeback import services as writeback
from writeback.models import LIFE, OPEN, VAIN, Evidence, Operation, Outcome, Write
from writeback.rules import asked_of
from writeback.stores.base import State

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PER_PERSON = Limit("reset.assisted_for_one_person", times=5, within=DAY, rest=DAY)
PER_ACTOR = Limit("reset.assisted_by_one_actor", times=20, within=HOUR, rest=HOUR)
_NEEDS = {Operation.RESET: Action.RESET, Operation.UNLOCK: Action.UNLOCK}


@dataclass(frozen=True, slots=True)
class Assisted:
    """``password`` is to be told to the person and kept nowhere; empty for an unlock."""

    row: Write
    password: str = ""

    @property
    def is_open(self) -> bool:
        """Has the directory not answered yet? Then it is not known whether the password counts."""
        return self.row.outcome in OPEN


def may_help(actor: User | None, person: User) -> bool:
    """May the actor do either to this person?"""
    return actor is not None and all(may(actor, action, person) for action in _NEEDS.values())


@sensitive_variables("password")
def reset(person: User, *, actor: User, client: Client, note: str) -> Assisted:
    """Set a temporary password. ``note`` says why, for the trail; call it outside transactions.

    Raises PermissionDenied, or ValidationError with the reason.
    """
    _check(person, actor, Operation.RESET)
    asked = asked_of(person, policies.effective(person).policy, at_reset=True)
    language = person.wants_language
    password = suggest(asked.rules, language, mixed=asked.mixed) or secrets.token_urlsafe(24)
    row = _carried_out(person, Operation.RESET, actor, client, note, password)
    if row.outcome in VAIN:
        raise ValidationError(reasons.text_of(row.reason, State(demands=asked.demands)), row.reason)
    return Assisted(row, password)


def unlock(person: User, *, actor: User, client: Client, note: str) -> Assisted:
    """Lift the lock where the password lives, and ours; the password stays. Raises as ``reset``."""
    _check(person, actor, Operation.UNLOCK)
    row = _carried_out(person, Operation.UNLOCK, actor, client, note, "")
    if row.outcome in VAIN:
        raise ValidationError(reasons.text_of(row.reason), row.reason)
    return Assisted(row)


def settle() -> None:
    """Finish every act whose write was answered, and ask again where the answer is open."""
    nowhere = Client.nowhere()
    for row in writeback.unsettled(Evidence.STAFF_ACT, client=nowhere):
        settle_write(row, client=nowhere)


def settle_write(row: Write, *, client: Client) -> None:
    """Draw the consequences of an answered write, once, as of a reset by its owner."""
    if row.outcome in OPEN:
        return
    is_reset = row.operation == Operation.RESET
    with transaction.atomic():
        if not writeback.settle(row) or row.outcome != Outcome.DONE:
            return
        event = events.ResetByStaff() if is_reset else events.UnlockedByStaff()
        audit.record(
            event,
            directory=row.directory_id,
            client=client,
            subject=row.user,
            actor=_actor_of(row),
        )
        _tell(row, client)
        lockout.unlock(lockout.key_of(row.user))
        if is_reset:
            challenges.void(row.user)
            end_sessions(row.user)
    if is_reset:
        overtake(row.user, client)


def _check(person: User, actor: User, operation: Operation) -> None:
    if not may(actor, _NEEDS[operation], person):
        raise PermissionDenied
    rules, store = policies.effective(person), stores.for_user(person)
    if store is None or not person.enabled or not may_be_written(person, rules):
        raise ValidationError(_("The password of this person cannot be set from here."), "closed")
    for limit, who in ((PER_ACTOR, actor), (PER_PERSON, person)):
        spent = spend(limit, str(who.pk), directory=person.directory_id)
        if not spent.allowed:
            until = told_end(spent.until or timezone.now(), person.directory.time_zone)
            text = _("This was done too often. It can be done again on %(until)s.")
            raise ValidationError(text, "too_many", {"until": until})


@sensitive_variables("password")
def _carried_out(
    person: User, operation: Operation, actor: User, client: Client, note: str, password: str
) -> Write:
    row = _admit(person, operation, actor, client, note)
    row = writeback.write(row, password, client=client)
    settle_write(row, client=client)
    return row


def _admit(person: User, operation: Operation, actor: User, client: Client, note: str) -> Write:
    """Insert the row, with who wants it and why, if they still may."""
    with transaction.atomic():
        people = User.objects.in_directory(person.directory_id).select_for_update(of=("self",))
        owner = people.select_related("directory").get(pk=person.pk)
        if not owner.enabled or not may(actor, _NEEDS[operation], owner):
            raise PermissionDenied
        rules = policies.effective(owner)
        audit.record(
            events.StaffAct(operation=str(operation)),
            directory=owner.directory_id,
            client=client,
            subject=owner,
            actor=actor,
            note=note,
        )
        return Write.objects.create(
            directory_id=owner.directory_id,
            user=owner,
            operation=operation,
            evidence=Evidence.STAFF_ACT,
            evidence_id=f"{actor.pk}:{uuid.uuid4()}",
            policy_fingerprint=rules.fingerprint,
            history_length=rules.policy.history_length if rules.policy else 0,
            must_change=operation == Operation.RESET,
            expires_at=timezone.now() + LIFE,
        )


def _actor_of(row: Write) -> User | None:
    """Who it was, as the evidence says; staff of one directory may help in another."""
    key = row.evidence_id.partition(":")[0]
    if not key.isdecimal():
        return None
    with across_directories("operators act in every directory"):
        return User.objects.filter(pk=int(key)).first()


def _tell(row: Write, client: Client) -> None:
    is_reset = row.operation == Operation.RESET
    notice = Notice.PASSWORD_RESET if is_reset else Notice.ACCOUNT_UNLOCKED
    about = {"reference": reference_of(row.job_id)}
    notices.notify(row.user, notice, client=client, context=about)
    if is_reset and row.user.roles:
        for administrator in administrators_over(row.user):
            context = {**about, "person": str(row.user_id)}
            notices.notify(
                administrator, Notice.ADMINISTRATOR_RESET, client=client, context=context
            )
