"""What must be true of a benchmark's database after ``benchmarks.chaos``. Run with settings."""

import django

django.setup()

from collections import Counter

from django.core.management import call_command
from django.db.models import Count

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from reset.models import Attempt
from writeback.models import Outcome, Write

TERMINAL = (
    "reset.succeeded",
    "reset.unlocked",
    "reset.stopped",
    "reset.disowned",
    "reset.expired",
)


def main() -> None:
    with across_directories("a benchmark looks at everything"):
        check()
    call_command("audit", "verify")


def check() -> None:
    writes = Counter(Write.objects.values_list("outcome", flat=True))
    print("writes", dict(writes))
    assert not Write.objects.filter(settled_at=None).exists(), "a write was never settled (I7)"
    assert not writes[Outcome.PENDING] + writes[Outcome.UNKNOWN], "a write is open (I7)"
    done = Write.objects.filter(outcome=Outcome.DONE)
    repeated = done.values("evidence_id").annotate(n=Count("pk")).filter(n__gt=1)
    assert not repeated.exists(), "one piece of evidence, two writes (I1)"
    ended = Counter(AuditRecord.objects.filter(kind__in=TERMINAL).values_list("attempt", flat=True))
    assert not [key for key, times in ended.items() if times > 1], "an attempt ended twice (I6)"
    succeeded = AuditRecord.objects.filter(kind="reset.succeeded").count()
    assert succeeded == done.count(), f"{done.count()} writes, {succeeded} successes (I1)"
    told = Parcel.objects.filter(kind="notice", payload__notice="password_reset")
    assert told.count() >= done.count(), "a write without its notice (I5)"
    assert not Parcel.objects.filter(finished_at=None).exists(), "a parcel was left behind (I5)"
    undone = Attempt.objects.filter(closed_at=None, write__outcome=Outcome.DONE)
    assert not undone.exists(), "a successful attempt is open (I7)"
    print("attempts", dict(Counter(Attempt.objects.values_list("ending", flat=True))))
    print("parcels", dict(Counter(Parcel.objects.values_list("kind", "attempts"))))


main()
