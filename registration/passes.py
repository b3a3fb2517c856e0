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


def issue(user: User, *, actor: User, client: Client, lifetime: timedelta | None = None) -> str:
    """A new pass, to be told to the person and kept nowhere; the one before is void.

    ``lifetime`` is 10 minutes to 24 hours; None for settings.TEMPORARY_PASS_MINUTES. Raises
    PermissionDenied, or ValidationError when the policy has no passes or it would last too long.
    """
    lasts = lifetime or timedelta(minutes=settings.TEMPORARY_PASS_MINUTES)
    _check(user, actor)
    if METHOD not in effective(user).methods:
        raise ValidationError(_("This person's policy has no temporary passes."), "not_offered")
    if not SHORTEST <= lasts <= LONGEST:
        raise ValidationError(_("A pass lasts 10 minutes to 24 hours."), "lifetime")
    code = saved_codes.new(0)
    hashed = make_password(code)  # slow, and so before the transaction
    with transaction.atomic():
        _locked(user).delete()
        _put(user, hashed, lasts)
        minutes = int(lasts.total_seconds() // 60)
        _note(PassIssued(minutes=minutes), user, actor, client)
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


def _note(event: Event, user: User, actor: User, client: Client) -> None:
    record(event, directory=user.directory_id, client=client, subject=user, actor=actor)
