"""What a sign-in may have to wait for (settings.SIGN_IN_INTERRUPTS).

They are asked at sign-in only, so a change of policy never breaks a running session.
docs/registration.md says the rules in an administrator's words.
"""

from datetime import timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import User
from accounts.policy.models import Policy
from accounts.policy.services import effective
from registration import coverage
from registration.events import RegistrationPutOff
from registration.models import Coverage

PUT_OFF = timedelta(hours=12)  # for how long a "not now" is an answer


class SecondFactorDue:
    """Everybody with a role proves a second factor in every session."""

    slug = "second_factor"

    def due(self, user: User) -> bool:
        return bool(user.roles)

    def url(self) -> str:
        return reverse("registration:second_factor")


class RegistrationDue:
    """People register what a reset will need, and look it over from time to time."""

    slug = "registration"

    def due(self, user: User) -> bool:
        return why_due(user) != "" and not _is_put_off(coverage.of(user))

    def url(self) -> str:
        return reverse("registration:check")


def why_due(user: User) -> str:
    """``missing`` methods, an old ``confirmation``, being ``asked`` again, or nothing."""
    rules = effective(user)
    policy = rules.policy
    if not rules.enabled or policy is None or not policy.registration_required:
        return ""
    row = coverage.of(user)
    reason = _why_look_over(row, policy)
    if coverage.is_covered(rules, row.methods):
        return reason
    return "" if _gave_it_up(row) and not reason else "missing"


def may_put_off(user: User) -> bool:
    """May the person say "not now" once more?"""
    policy, row = effective(user).policy, coverage.of(user)
    if policy is None or row.skips >= policy.registration_skips:
        return False
    began = row.first_skip_at or timezone.now()
    return timezone.now() < began + timedelta(days=policy.registration_skip_days)


def put_off(user: User, *, client: Client) -> bool:
    """Let the person in without, this time; False when that was possible often enough."""
    row = coverage.of(user)
    if not may_put_off(user):
        return False
    now = timezone.now()
    mine = Coverage.objects.in_directory(user.directory_id).filter(user=user, skips=row.skips)
    moved = mine.update(
        skips=F("skips") + 1,
        first_skip_at=row.first_skip_at or now,
        put_off_until=now + PUT_OFF,
    )
    if moved:
        event = RegistrationPutOff(skips=row.skips + 1)
        record(event, directory=user.directory_id, client=client, subject=user)
    return bool(moved)


def _why_look_over(row: Coverage, policy: Policy) -> str:
    """Does what is registered have to be looked over?"""
    if row.asked_again_at and (row.confirmed_at is None or row.confirmed_at < row.asked_again_at):
        return "asked"
    if policy.reconfirm_after_days and _is_old(row, timedelta(days=policy.reconfirm_after_days)):
        return "confirmation"
    return ""


def _gave_it_up(row: Coverage) -> bool:
    """Did the person, since they last had enough, take a method away themselves?"""
    if row.removed_at is None or row.confirmed_at is None:
        return False
    return row.removed_at >= row.confirmed_at


def _is_put_off(row: Coverage) -> bool:
    return row.put_off_until is not None and timezone.now() < row.put_off_until


def _is_old(row: Coverage, age: timedelta) -> bool:
    return row.confirmed_at is None or timezone.now() >= row.confirmed_at + age
