"""Changing a password one knows. The evidence is the current password, given this very moment."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.audit import services as audit
from accounts.client import Client
from accounts.people import passwords
from accounts.people.models import Source, User
from accounts.policy import services as policies
from accounts.policy.passwords import refusals
from accounts.policy.services import EffectiveRules
from accounts.signin import services as signin
from accounts.signin.services import Outcome as SignInOutcome
from change import tasks
from change.events import ChangeRefused
from writeback import reasons, stores
from writeback import rules as passwords_there
from writeback import services as writeback
from writeback.models import LIFE, VAIN, Evidence, Operation, Write
from writeback.stores.base import State


@dataclass(frozen=True, slots=True)
class Hindrance:
    """``why``: "scope", "too_young" or "locked"; ``until``: when it is over by itself.

    ``state``: what the directory that keeps the password says of it.
    """

    why: str
    until: datetime | None = None
    state: State | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """``row`` is the write that was made; without one, ``problems`` say why none was.

    ``field`` names the form field a problem belongs to; ``locked_until``, if set, ends the lock
    that too many wrong passwords have caused. With a ``hindrance`` no password would do.
    """

    row: Write | None = None
    problems: list[ValidationError] = field(default_factory=list)
    field: str = "new_password"
    locked_until: datetime | None = None
    hindrance: Hindrance | None = None


def hindrance(user: User, rules: EffectiveRules) -> Hindrance | None:
    """What keeps a person from changing their password here, whatever they type; None for nothing.

    Asked before anybody types, and again with what they typed.
    """
    if not _in_scope(user, rules):
        return Hindrance("scope")
    if user.source != Source.CLOUD:
        return _hindrance_there(user)
    hours = rules.policy.password_min_age_hours if rules.policy else 0
    until = passwords.may_change_at(user, hours, timezone.now())
    return Hindrance("too_young", until) if until else None


def _hindrance_there(user: User) -> Hindrance | None:
    """What the person's own directory says; nothing where it cannot be asked now."""
    state = passwords_there.look(user)
    if state is None:
        return None
    if state.locked:
        return Hindrance("locked", state.locked_until, state)
    until = passwords_there.change_waits_until(state)
    return Hindrance("too_young", until, state) if until and until > timezone.now() else None


def _in_scope(user: User, rules: EffectiveRules) -> bool:
    """Passwords kept here can always be changed; others where the policy writes them back."""
    if user.source == Source.CLOUD:
        return True
    policy = rules.policy
    if policy is None or not policy.writeback_enabled or stores.for_user(user) is None:
        return False
    return rules.administrators or policy.self_service_reset


@sensitive_variables()
def change(user: User, current: str, new: str, *, client: Client) -> Changed:
    """Set a new password for somebody who knows the current one.

    A wrong current password counts towards the lockout of sign-in. Rules first, slow hashes last.
    """
    rules = policies.effective(user)
    hindered = hindrance(user, rules)
    if hindered:
        return _refused(user, Changed(hindrance=hindered), client)
    asked = passwords_there.asked_of(user, rules.policy)
    problems = refusals(new, asked.rules)
    if problems:
        return _refused(user, Changed(problems=problems), client)
    confirmed = signin.confirm_password(user, current, client)
    if confirmed.user is None:
        return _refused(user, _not_confirmed(confirmed), client)
    if new == current or passwords.in_history(user, new, rules.policy):
        used = ValidationError(_("You have used this password before. Choose another one."), "used")
        return _refused(user, Changed(problems=[used]), client)
    writeback.require_room(confirmed.user)
    admitted = _admit(confirmed.user, rules)
    if admitted is None:
        return _refused(user, _not_confirmed(signin.Result(SignInOutcome.REFUSED)), client)
    row = writeback.write(admitted, new, client=client, current=current)
    tasks.settle_write(row, client=client)
    if row.outcome in VAIN:
        said = reasons.text_of(row.reason, State(demands=asked.demands))
        problem = ValidationError(said, code=row.reason)
        return _refused(user, Changed(row, [problem]), client)
    return Changed(row)


def _admit(user: User, rules: EffectiveRules) -> Write | None:
    """Insert the row, if in the same transaction the account is still enabled and its password
    still the one that was judged; None otherwise."""
    with transaction.atomic():
        people = User.objects.in_directory(user.directory_id).select_for_update(of=("self",))
        same = people.filter(pk=user.pk, enabled=True, password=user.password)
        owner = same.select_related("directory").first()
        if owner is None:
            return None
        return Write.objects.create(
            directory_id=owner.directory_id,
            user=owner,
            operation=Operation.CHANGE,
            evidence=Evidence.CURRENT_PASSWORD,
            evidence_id=str(uuid.uuid4()),
            policy_fingerprint=rules.fingerprint,
            history_length=rules.policy.history_length if rules.policy else 0,
            expires_at=timezone.now() + LIFE,
        )


def _not_confirmed(confirmed: signin.Result) -> Changed:
    texts = {
        SignInOutcome.LOCKED: _("Too many wrong passwords. Try again later, or reset it."),
        SignInOutcome.LOCKED_THERE: reasons.text_of("too_many_wrong"),
        SignInOutcome.NETWORK_BLOCKED: _("Too many wrong passwords from here. Try again later."),
        SignInOutcome.AWAY: reasons.text_of(reasons.AWAY),
    }
    text = texts.get(confirmed.outcome, reasons.text_of("wrong_current"))
    problem = ValidationError(text, code=str(confirmed.outcome))
    return Changed(problems=[problem], field="current_password", locked_until=confirmed.until)


def _refused(user: User, changed: Changed, client: Client) -> Changed:
    why = ", ".join(str(problem.code) for problem in changed.problems)
    why = why or (changed.hindrance.why if changed.hindrance else "")
    audit.record(ChangeRefused(why=why), directory=user.directory_id, client=client, subject=user)
    return changed
