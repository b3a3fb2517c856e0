"""After a back-up was restored: what was open in it is ended.

A back-up does not know what was used, ended or sent since it was made, so nothing in it that is
good for one time may count: a code would be used twice. What people and staff have decided stays as
the back-up has it; docs/operations.md says what to look at by hand.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.outbox.models import Parcel
from accounts.people.events import BackupRestored
from accounts.people.models import Directory, User
from accounts.people.registry import recount
from accounts.signin.models import Session
from accounts.tenancy import across_directories
from registration import passes
from registration.methods import authenticator_app, recovery_codes, temporary_pass
from registration.models import Challenge, Factor
from reset import steps, tasks
from reset.models import Attempt
from writeback.models import Agent


@dataclass(frozen=True, slots=True)
class Ended:
    """How many of each there were."""

    sessions: int
    attempts: int
    challenges: int
    passes: int
    tickets: int
    messages: int
    recovery_codes: int


def end_what_was_open(*, with_recovery_codes: bool) -> Ended:
    """Call it before the first process starts; harmless to repeat."""
    with across_directories("a back-up holds every directory"):
        ended = Ended(
            sessions=Session.objects.all().delete()[0],
            attempts=_end_attempts(),
            challenges=Challenge.objects.filter(closed_at=None).update(closed_at=timezone.now()),
            passes=_end_passes(),
            tickets=Agent.objects.exclude(code_hash=None).update(code_hash=None),
            messages=_hold_messages(),
            recovery_codes=_end_recovery_codes() if with_recovery_codes else 0,
        )
        _use_up_apps()
        with transaction.atomic():
            for directory in Directory.objects.all():
                record(BackupRestored(), directory=directory.pk, client=Client.nowhere())
                recount(directory)
    return ended


def _end_attempts() -> int:
    """Each with its one event; one whose write is on its way ends with that."""
    rows = list(Attempt.objects.filter(closed_at=None).values_list("directory_id", "pk"))
    for directory, pk in rows:
        attempt = steps.load(directory, str(pk))
        if attempt:
            tasks.close_unfinished(attempt)
    return len(rows)


def _end_passes() -> int:
    unused = Factor.objects.filter(method=temporary_pass.TemporaryPass.slug, spent_at=None)
    people = list(User.objects.filter(pk__in=unused.values("user")))
    for user in people:
        with transaction.atomic():
            passes.void(user, client=Client.nowhere())
    return len(people)


def _hold_messages() -> int:
    """No code is sent any more. Whatever else is sent says that it may be a repeat."""
    waiting = Parcel.objects.filter(finished_at=None)
    codes = waiting.filter(kind="challenge")
    held = codes.update(finished_at=timezone.now(), failure="restored")
    waiting.update(attempts=F("attempts") + 1)
    return held


def _use_up_apps() -> None:
    """Every code that an app has shown until now."""
    step = authenticator_app.latest_step()
    apps = Factor.objects.filter(method=authenticator_app.AuthenticatorApp.slug)
    apps.filter(last_step__lt=step).update(last_step=step)


def _end_recovery_codes() -> int:
    sheets = Factor.objects.filter(method=recovery_codes.RecoveryCodes.slug, spent_at=None)
    return sheets.update(spent_at=timezone.now())
