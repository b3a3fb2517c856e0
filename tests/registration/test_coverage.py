"""Registered, enabled, capable: kept person by person, or rebuilt, with one result."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.people import groups
from accounts.policy.models import Policy
from registration import coverage
from registration.models import Coverage, Factor
from tests import cast

pytestmark = pytest.mark.django_db
TRUTHS = ("registered", "enabled", "capable", "methods")


@pytest.fixture
def town(corp, ada, ben, cleo, operator, make_user):
    """People in every condition, in nested groups, under three policies."""
    staff = groups.create(corp, "Staff")
    night = groups.create(corp, "Night shift")
    groups.nest(staff, night)
    groups.add_member(night, ben)
    groups.add_member(staff, cleo)
    strict = cast.make_policy(corp, "Staff", position=1, methods_required=2)
    strict.groups.add(staff)
    Policy.objects.in_directory(corp).filter(name="Everyone").update(position=9)
    cast.add_mailbox(make_user("dora", enabled=False))
    resting = timezone.now() + timedelta(days=1)
    cast.add_mailbox(make_user("eve"), usable_from=resting)
    cast.add_mailbox(make_user("finn"), disabled_at=timezone.now())
    cast.add_mailbox(make_user("gwen"), confirmed_at=None)
    return corp


def truths(directory):
    rows = Coverage.objects.in_directory(directory).order_by("user_id")
    return {row.pop("user_id"): row for row in rows.values("user_id", *TRUTHS)}


def update_each(directory):
    for user in directory.users.select_related("directory"):
        coverage.update(user)


def test_rebuilding_gives_what_was_kept_person_by_person(town):
    update_each(town)
    kept = truths(town)
    Coverage.objects.in_directory(town).update(methods=["x"], capable=False, registered=False)
    assert coverage.rebuild(town) == town.users.count()
    assert truths(town) == kept


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ada", (True, True, True)),
        ("ben", (True, True, True)),
        ("cleo", (False, True, False)),
        ("operator", (True, True, True)),
        ("dora", (True, False, False)),
        ("eve", (True, True, True)),
        ("finn", (False, True, False)),
        ("gwen", (False, True, False)),
    ],
)
def test_the_three_truths_are_separate(town, name, expected):
    coverage.rebuild(town)
    row = Coverage.objects.in_directory(town).get(user__upn_key=f"{name}@corp.example")
    assert (row.registered, row.enabled, row.capable) == expected


def test_nobody_is_capable_where_resets_are_off(town):
    Policy.objects.in_directory(town).update(self_service_reset=False)
    town.administrators_may_reset = False
    coverage.rebuild(town)
    assert not Coverage.objects.in_directory(town).filter(capable=True).exists()


def test_rebuilding_keeps_what_the_person_said(town, ada):
    Coverage.objects.in_directory(town).update(skips=2)
    before = Coverage.objects.in_directory(town).get(user=ada).confirmed_at
    coverage.rebuild(town)
    row = Coverage.objects.in_directory(town).get(user=ada)
    assert (row.skips, row.confirmed_at) == (2, before)


def test_rebuilding_asks_per_batch_and_not_per_person(corp, make_user):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            coverage.rebuild(corp)
        return len(captured)

    make_user("one")
    few = asked()
    for number in range(20):
        cast.add_mailbox(make_user(f"more{number}"))
    assert asked() <= few  # rows that are right already are not written


def test_batches_meet_at_their_edges(town, monkeypatch):
    coverage.rebuild(town)
    whole = truths(town)
    monkeypatch.setattr(coverage, "BATCH", 3)
    assert coverage.rebuild(town) == town.users.count()
    assert truths(town) == whole


def test_other_directories_are_left_alone(town, other):
    cast.make_user("zoe", directory=other)
    coverage.rebuild(town)
    assert not Coverage.objects.in_directory(other).exists()


def test_a_policy_says_whom_it_would_strand(ada, ben, cleo, corp):
    policy = Policy.objects.in_directory(corp).get()
    assert coverage.stranded_by(policy) == [
        "1 person has not registered enough methods for this policy."
    ]
    policy.methods_required = 2
    assert coverage.stranded_by(policy) == [
        "2 people have not registered enough methods for this policy."
    ]


def test_a_policy_that_lets_nobody_reset_strands_nobody(cleo, corp):
    policy = Policy.objects.in_directory(corp).get()
    policy.self_service_reset = False
    assert coverage.stranded_by(policy) == []


def test_a_policy_strands_only_its_own_people(town, cleo):
    everyone = Policy.objects.in_directory(town).get(name="Everyone")
    everyone.methods = ["authenticator_app"]
    strict = Policy.objects.in_directory(town).get(name="Staff")
    assert coverage.stranded_by(strict) == [
        "1 person has not registered enough methods for this policy."
    ]
    assert "4 people" in coverage.stranded_by(everyone)[0]


def test_coverage_moves_with_the_factor(ada):
    Factor.objects.in_directory(ada.directory_id).filter(user=ada).delete()
    assert not coverage.update(ada).capable
