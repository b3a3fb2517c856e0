"""Temporary passes: staff who know that it is really you let you past one check, once and soon."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, spend
from accounts.moments import told_end
from accounts.notices import Notice, notify
from accounts.people.models import User
from accounts.people.roles import Action, may
from accounts.policy.services import effective
from accounts.tenancy import TenantQuerySet
from registration import saved_codes
from registration.events import PassIssued, PassRevoked
from registration.models import Factor, FactorPiece, FactorSource
from registration.services import factors_of

METHOD = "temporary_pass"
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PER_PERSON = Limit("registration.passes_for_one_person", times=5, within=DAY, rest=DAY)
PER_ISSUER = Limit("registration.passes_by_one_issuer", times=20, within=HOUR, rest=HOUR)


def issue(
    user: User,
    *,
    actor: User,
    client: Client,
    note: str,
    lifetime: timedelta | None = None,
    seen: int | None = None,
) -> str:
    """A new pass, to be told to the person and kept nowhere; the one before is void.

    ``note`` says why, for the trail. ``lifetime`` is 10 minutes to 24 hours; None for
    settings.TEMPORARY_PASS_MINUTES. ``seen`` is the pass that the actor knows of (its id, 0 for
    none), so that what is sent twice makes one pass; None where nobody looked. Call it outside
    any transaction. Raises PermissionDenied, or ValidationError with the reason.
    """
    lasts = lifetime or timedelta(minutes=settings.TEMPORARY_PASS_MINUTES)
    _check(user, actor)
    refuse_useless(user)
    if not SHORTEST <= lasts <= LONGEST:
        raise ValidationError(_("A pass lasts 10 minutes to 24 hours."), "lifetime")
    _refuse_unseen(latest(user), seen)
    _spend(user, actor)
    code = saved_codes.new(0)
    hashed = make_password(code)  # slow, and so before the transaction
    with transaction.atomic():
        former = _locked(user)
        _refuse_unseen(former.first(), seen)
        former.delete()
        _put(user, hashed, lasts)
        minutes = int(lasts.total_seconds() // 60)
        _note(PassIssued(minutes=minutes), user, actor, client, note)
        notify(user, Notice.PASS_ISSUED, client=client, context={"method": METHOD})
    return saved_codes.grouped(code)


def revoke(user: User, *, actor: User, client: Client) -> bool:
    """Make the person's pass void; False when there is none. Raises PermissionDenied."""
    _check(user, actor)
    with transaction.atomic():
        found = _locked(user).delete()[0] > 0
        if found:
            _note(PassRevoked(), user, actor, client)
    return found


def void(user: User, *, client: Client) -> None:
    """Nobody uses a pass of somebody who says that something was not them; in the caller's
    transaction. An administrator can issue another."""
    unused = factors_of(user).filter(method=METHOD, spent_at=None)
    if unused.delete()[0]:
        record(PassRevoked(), directory=user.directory_id, client=client, subject=user)


def latest(user: User) -> Factor | None:
    """The pass somebody was given last, used or over as it may be, until it is swept up."""
    found = factors_of(user).filter(method=METHOD).first()
    if found:
        found.user = user
    return found


def refuse_useless(user: User) -> None:
    """Raise ValidationError with the reason when a pass would open nothing for the person."""
    rules = effective(user)
    if METHOD not in rules.methods or not rules.policy or METHOD not in rules.policy.methods:
        raise ValidationError(_("This person's policy has no temporary passes."), "not_offered")
    if not rules.enabled or not user.enabled:
        raise ValidationError(_("This person may not reset the password at all."), "useless")
    if user.resets_blocked_at:
        raise ValidationError(_("Resets of this account are stopped"), "stopped")


def _refuse_unseen(newest: Factor | None, seen: int | None) -> None:
    if seen is not None and seen != (newest.pk if newest else 0):
        raise ValidationError(
            _("A pass was issued or withdrawn since you opened this page. Look at it again."),
            "changed",
        )


def _spend(user: User, actor: User) -> None:
    for limit, who in ((PER_ISSUER, actor), (PER_PERSON, user)):
        spent = spend(limit, str(who.pk), directory=user.directory_id)
        if not spent.allowed:
            until = told_end(spent.until or timezone.now(), user.directory.time_zone)
            raise ValidationError(
                _("Too many passes were issued. The next one can be issued on %(until)s."),
                "too_many",
                {"until": until},
            )


def _check(user: User, actor: User) -> None:
    if not may(actor, Action.EDIT_CONTACTS, user):
        raise PermissionDenied


def _locked(user: User) -> TenantQuerySet[Factor]:
    """The person's passes; theirs alone until the end of the transaction."""
    User.objects.in_directory(user.directory_id).select_for_update().get(pk=user.pk)
    return factors_of(user).filter(method=METHOD)


def _put(user: User, hashed: str, lasts: timedelta) -> None:
    """A pass counts at once: staff have just checked who it is for."""
    now = timezone.now()
    factor = Factor.objects.create(
        directory_id=user.directory_id,
        user=user,
        method=METHOD,
        source=FactorSource.STAFF,
        confirmed_at=now,
        usable_from=now,
        ends_at=now + lasts,
    )
    FactorPiece.objects.create(
        directory_id=user.directory_id, factor=factor, name="pass", hashed=hashed
    )


def _note(event: Event, user: User, actor: User, client: Client, note: str = "") -> None:
    record(event, directory=user.directory_id, client=client, subject=user, actor=actor, note=note)
