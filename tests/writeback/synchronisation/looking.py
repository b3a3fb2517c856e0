"""What tests of synchronisation look at."""

import pytest

from accounts.audit.models import AuditRecord
from accounts.people.models import Group, Membership, User
from registration.models import Factor
from writeback.models import Quarantine, SynchronisationRun

ON_SLAPD = pytest.mark.parametrize("server", ["slapd"], indirect=True)  # the server is no matter


def kinds(user):
    rows = AuditRecord.objects.filter(directory=user.directory, subject_id=user.pk)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def members(corp, group):
    rows = Membership.objects.in_directory(corp).filter(group__name=group)
    return set(rows.values_list("user__display_name", flat=True))


def crowd(unit, count):
    """So many people that one of them may be gone unasked."""
    return [unit.person(f"p{n}") for n in range(count)]


def snapshot(corp):
    models = (User, Group, Membership, Factor, AuditRecord, Quarantine, SynchronisationRun)
    return [list(model.objects.filter(directory=corp).order_by("pk").values()) for model in models]
