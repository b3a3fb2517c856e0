"""Wrong answers in a row: too many put a factor out of use, whoever gave them.

Only where an answer can be guessed at all: else a stranger could take away what is safest, and
gain nothing by it (SP 800-63B 3.1.2.2).
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit.services import record
from accounts.notices import Notice, notify
from accounts.tenancy import TenantQuerySet
from registration import health, methods
from registration.events import FactorDisabled
from registration.models import Challenge, Factor

HARD_CAP = 100  # in a row


def count(challenge: Challenge) -> None:
    """Count a wrong answer. For nobody the same statements are sent, and change nothing."""
    if not methods.get(challenge.method).guessable:
        return
    _factor(challenge).update(failures=F("failures") + 1)
    spent = _factor(challenge).filter(failures__gte=HARD_CAP, disabled_at=None)
    with transaction.atomic():
        if spent.update(disabled_at=timezone.now()) and challenge.factor:
            _tell(challenge, challenge.factor)


def forget(challenge: Challenge) -> None:
    """A right answer ends the row, and shows that what was sent has arrived."""
    _factor(challenge).update(failures=0, **health.arrived())


def _factor(challenge: Challenge) -> TenantQuerySet[Factor]:
    """The factor's row; none for nobody's."""
    rows = Factor.objects.in_directory(challenge.directory_id)
    return rows.filter(pk=challenge.factor_id or 0)


def _tell(challenge: Challenge, factor: Factor) -> None:
    record(
        FactorDisabled(method=factor.method),
        directory=factor.directory_id,
        client=challenge.client,
        subject=factor.user,
    )
    notify(
        factor.user,
        Notice.METHOD_REMOVED,
        client=challenge.client,
        context={"method": factor.method},
    )
