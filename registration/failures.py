"""Wrong answers in a row: the owner hears of many, and too many put a factor out of use.

Only where an answer can be guessed at all: else a stranger could take away what is safest, and
gain nothing by it (SP 800-63B 3.1.2.2).
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.notices import Notice, notify
from accounts.people.models import User
from accounts.people.registry import Act
from accounts.tenancy import TenantQuerySet
from registration import coverage, health, methods
from registration.failure_events import FactorDisabled, FactorGuessedAt, FactorPutBack
from registration.models import Challenge, Factor

WARNED_AT = 50  # in a row
HARD_CAP = 100


def count(challenge: Challenge) -> None:
    """Count a wrong answer. For nobody the same statements are sent, and change nothing."""
    if not methods.get(challenge.method).guessable:
        return
    rows = _factor(challenge)
    with transaction.atomic():
        rows.update(failures=F("failures") + 1)  # from here on the row is ours: each count is seen
        is_many = rows.filter(failures=WARNED_AT, disabled_at=None).exists()
        spent = rows.filter(failures__gte=HARD_CAP, disabled_at=None)
        is_too_many = spent.update(disabled_at=timezone.now())
        if challenge.factor and is_too_many:
            disabled = FactorDisabled(method=challenge.method)
            _tell(challenge, challenge.factor, disabled, Notice.METHOD_REMOVED)
        elif challenge.factor and is_many:
            guessed_at = FactorGuessedAt(method=challenge.method, times=WARNED_AT)
            _tell(challenge, challenge.factor, guessed_at, Notice.METHOD_GUESSED)


def forget(challenge: Challenge) -> None:
    """A right answer ends the row, and shows that what was sent has arrived."""
    _factor(challenge).update(failures=0, **health.arrived())


@transaction.atomic
def put_back(user: User, pk: int, act: Act) -> bool:
    """Let a factor count again that wrong answers put out of use; False when it does. The owner
    hears of it."""
    rows = Factor.objects.in_directory(user.directory_id).filter(user=user, pk=pk)
    factor = rows.exclude(disabled_at=None).first()
    if factor is None or not rows.exclude(disabled_at=None).update(failures=0, disabled_at=None):
        return False
    coverage.update(user)
    act.note(FactorPutBack(method=factor.method), user)
    notify(user, Notice.METHOD_ADDED, client=act.client, context={"method": factor.method})
    return True


def _factor(challenge: Challenge) -> TenantQuerySet[Factor]:
    """The factor's row; none for nobody's."""
    rows = Factor.objects.in_directory(challenge.directory_id)
    return rows.filter(pk=challenge.factor_id or 0)


def _tell(challenge: Challenge, factor: Factor, event: Event, notice: Notice) -> None:
    record(event, directory=factor.directory_id, client=challenge.client, subject=factor.user)
    notify(factor.user, notice, client=challenge.client, context={"method": factor.method})
