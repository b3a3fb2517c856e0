"""Leaving, running out and finishing at one moment: one of them ends the attempt (I6)."""

import pytest

from accounts.audit.models import AuditRecord
from accounts.tenancy import across_directories
from change import services as changing
from reset import services, tasks
from tests.cast import PASSWORD
from tests.reset.scene import STRANGER, fresh, proved
from tests.support.threads import together
from writeback.models import Outcome, Write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

BEN = "ben@corp.example"
ENDINGS = ("reset.succeeded", "reset.stopped", "reset.disowned", "reset.expired")


def endings():
    with across_directories("a test looks"):
        return list(AuditRecord.objects.filter(kind__in=ENDINGS).values_list("kind", flat=True))


@pytest.mark.parametrize(
    "leave",
    [
        lambda attempt: services.stop(attempt, client=STRANGER),
        lambda attempt: tasks.close_unfinished(attempt),
    ],
    ids=["stopped", "ran out"],
)
def test_of_leaving_and_finishing_at_once_one_happens(ben, leave):
    attempt = proved(BEN)

    def act(number):
        if number % 2:
            return leave(fresh(attempt))
        return services.finish(fresh(attempt), f"seven quiet lanterns {number}", client=STRANGER)

    together(act, times=10)
    done = Write.objects.in_directory(ben.directory).filter(outcome=Outcome.DONE).count()
    assert endings().count("reset.succeeded") == done
    assert len(endings()) == 1


def test_of_ten_changes_by_one_password_one_happens(ben):
    """S-C10: a password that was replaced a moment ago is current no more."""
    results = together(
        lambda n: changing.change(ben, PASSWORD, f"seven quiet lanterns {n}", client=STRANGER),
        times=10,
    )
    done = Write.objects.in_directory(ben.directory).filter(outcome=Outcome.DONE)
    assert done.count() == sum(not result.problems for result in results) == 1
