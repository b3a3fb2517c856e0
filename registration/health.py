"""Does mail to a mailbox arrive? What servers say at hand-over, and what comes back afterwards.

A mailbox that fails is shown as failing, and can be tried all the same: servers are wrong at
times, and who saw one of our mails could write a report on it. A right answer to a code clears
it. Reports on mails older than the newest that was heard of change nothing, so a report can be
repeated as often as one likes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome
from accounts.audit.services import record
from accounts.client import Client
from accounts.people.models import User
from accounts.tenancy import TenantQuerySet
from registration.models import Factor, Health

REPORTED_WITHIN = timedelta(days=14)  # mail servers give up after five days
_FULL = ".2.2"  # a mailbox is emptied some day
# About servers and what they think of our mail, not about the mailbox (RFC 3463, 3.4 and 3.6-3.8).
_NOT_THE_MAILBOX = ("5.3.", "5.5.", "5.6.", "5.7.")


@dataclass(frozen=True, kw_only=True)
class FactorFailing(
    Event,
    kind="registration.factor_failing",
    outcome=Outcome.FAILED,
    sentence=_("Mail to a method came back (%(method)s, %(health)s, %(status)s)"),
):
    """``status``: the reason as of RFC 3463, or an SMTP code."""

    method: str
    health: str
    status: str


def mailboxes(user: User) -> list[Factor]:
    """The factors of a person that mail goes to."""
    mine = Factor.objects.in_directory(user.directory_id).filter(user=user)
    found = list(mine.filter(address__contains="@").order_by("pk"))
    for factor in found:
        factor.user = user
    return found


def refused(user: User, address: str, status: str) -> None:
    """A server would not take mail for an address of a person (MAIL_REFUSED)."""
    for factor in mailboxes(user):
        if factor.address.casefold() == address.strip().casefold():
            failed(factor, status, timezone.now())


def failed(factor: Factor, status: str, sent_at: datetime) -> bool:
    """Note that a mail of that moment did not arrive; False when newer was heard of already.

    ``status``: the reason as of RFC 3463, or an SMTP code.
    """
    passes = status.startswith(("4", *_NOT_THE_MAILBOX)) or status.endswith(_FULL)
    news = Health.SOFT if passes else Health.UNDELIVERABLE
    row = Factor.objects.in_directory(factor.directory_id).filter(pk=factor.pk)
    unheard = row.filter(Q(heard_at=None) | Q(heard_at__lt=sent_at))
    better = row.exclude(health=news).exclude(health=Health.UNDELIVERABLE)
    with transaction.atomic():
        if not unheard.update(heard_at=sent_at):
            return False
        if _note(better, news, status):
            record(
                FactorFailing(method=factor.method, health=news.value, status=status),
                directory=factor.directory_id,
                client=Client.nowhere(),
                subject=factor.user,
            )
    return True


def arrived() -> dict[str, Any]:
    """The columns of a factor whose code was just answered."""
    return {
        "health": Health.OK,
        "failing_since": None,
        "failure_status": "",
        "heard_at": timezone.now(),
    }


def _note(rows: TenantQuerySet[Factor], news: Health, status: str) -> bool:
    since = Coalesce("failing_since", Value(timezone.now()))
    return bool(rows.update(health=news, failure_status=status[:11], failing_since=since))
