from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.limits.services import Limit, blocked_until, spend
from accounts.people import groups
from accounts.people.models import Group, GroupClosure, User
from accounts.policy.models import Policy
from accounts.signin.models import Lockout
from registration.second_factor import TRIES
from tests.admin.forms import errors_on, fill

ADD = reverse("admin:accounts_group_add")
TALLIES = reverse("admin:accounts_tally_changelist")
LOCKS = reverse("admin:accounts_lockout_changelist")
HOUR = timedelta(hours=1)
TWICE = Limit("tests.twice", 2, HOUR, HOUR)


def page(group, kind="change"):
    return reverse(f"admin:accounts_group_{kind}", args=[group.pk])


def told(kind):
    return AuditRecord.objects.filter(kind=kind).exists()


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


@pytest.fixture
def sales(corp):
    return groups.create(corp, "Sales")


def test_a_group_is_made_in_the_own_directory_and_above_itself(visitor, corp):
    fill(visitor, ADD, name="Sales")
    group = Group.objects.in_directory(corp).get(name="Sales")
    assert GroupClosure.objects.in_directory(corp).filter(ancestor=group).count() == 1
    assert told("groups.created")


def test_two_groups_of_a_directory_cannot_have_one_name(visitor, sales):
    assert "already exists" in errors_on(fill(visitor, ADD, name="Sales"))


def test_a_group_is_renamed(visitor, sales):
    fill(visitor, page(sales), name="Selling")
    assert Group.objects.get(pk=sales.pk).name == "Selling"
    assert told("groups.renamed")


def test_groups_are_nested_and_taken_out_again(visitor, corp, sales):
    north = groups.create(corp, "North")
    below = GroupClosure.objects.in_directory(corp).filter(ancestor=sales, descendant=north)
    fill(visitor, page(sales), contains=[str(north.pk)])
    assert below.exists()
    assert told("groups.nested")
    fill(visitor, page(sales), contains=[])
    assert not below.exists()
    assert told("groups.unnested")


def test_a_ring_is_refused_beside_the_field(visitor, corp, sales):
    north = groups.create(corp, "North")
    groups.nest(sales, north)
    answer = fill(visitor, page(north), contains=[str(sales.pk)])
    assert "cannot contain each other" in errors_on(answer)
    assert groups.rebuild(corp) == 0


def test_a_group_of_another_directory_cannot_be_nested(visitor, sales, other):
    theirs = groups.create(other, "Theirs")
    answer = fill(visitor, page(sales), contains=[str(theirs.pk)])
    assert "not one of the available choices" in errors_on(answer)


def test_people_are_added_and_removed_by_user_id(visitor, sales, ada, ben):
    fill(visitor, page(sales), people_to_add="ADA@corp.example\nben@corp.example")
    fill(visitor, page(sales), people_to_remove="ben@corp.example")
    assert list(sales.members.all()) == [ada]
    assert "ada@corp.example" in visitor.get(page(sales)).content.decode()


@pytest.mark.parametrize("name", ["zed@corp.example", "eve@other.example", "ada"])
def test_somebody_who_is_not_here_cannot_be_added(visitor, sales, other, make_user, name):
    make_user("eve", directory=other)
    answer = fill(visitor, page(sales), people_to_add=name)
    assert "Nobody here is called" in errors_on(answer)
    assert not sales.members.exists()


def test_a_group_is_removed_with_what_it_held_together(visitor, corp, sales):
    top, north = groups.create(corp, "Top"), groups.create(corp, "North")
    groups.nest(top, sales)
    groups.nest(sales, north)
    visitor.post(page(sales, "delete"), {"post": "yes"})
    assert not Group.objects.filter(pk=sales.pk).exists()
    assert not GroupClosure.objects.filter(ancestor=top, descendant=north).exists()
    assert told("groups.removed")


def test_a_group_that_a_policy_is_for_stays(visitor, corp, sales):
    """Without its only group the policy would be for everybody."""
    Policy.objects.in_directory(corp).get().groups.add(sales)
    assert visitor.post(page(sales, "delete"), {"post": "yes"}).status_code == 403
    assert Group.objects.filter(pk=sales.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_block_is_lifted_and_told(as_role, corp):
    for _try in range(2):
        spend(TWICE, "ada", directory=corp.pk)
    lift(as_role("user_administrator"))
    assert blocked_until(TWICE, "ada") is None
    assert told("limits.lifted")


def test_a_block_of_a_person_is_not_lifted_where_nobody_sees_whose_it_is(
    as_role, corp, administrator
):
    """Else a weaker role, or its own holder, could lift the pause of a second check."""
    mine = User.objects.in_directory(corp)
    for role in ("user_administrator", "operator"):
        visitor = as_role(role)
        staff = mine.get(user_principal_name=f"staff-{role.replace('_', '-')}@corp.example")
        for person in (administrator, staff):
            for _try in range(TRIES.times):
                spend(TRIES, str(person.pk), directory=corp.pk)
        assert "own page" in lift(visitor, follow=True).content.decode()
        assert blocked_until(TRIES, str(staff.pk))
        assert blocked_until(TRIES, str(administrator.pk))
    assert not told("limits.lifted")


@pytest.mark.django_db(transaction=True)
def test_a_listed_block_carries_its_key(as_role, corp):
    spend(TWICE, "ada", directory=corp.pk)
    shown = as_role("user_administrator").get(TALLIES).content.decode()
    assert f'value="{bytes(Tally.objects.get().pk).hex()}"' in shown


@pytest.mark.parametrize("key", ["", "nothing", "00"])
def test_a_key_that_is_none_lifts_nothing(as_role, key):
    chosen = {"action": "lift", "_selected_action": [key]}
    assert as_role("user_administrator").post(TALLIES, chosen).status_code == 302
    assert not told("limits.lifted")


@pytest.mark.django_db(transaction=True)
def test_a_block_of_another_directory_stays(as_role, other):
    for _try in range(2):
        spend(TWICE, "eve", directory=other.pk)
    lift(as_role("user_administrator"))
    assert blocked_until(TWICE, "eve")


def lift(visitor, *, follow=False):
    """Lift every block there is, or try to."""
    keys = [bytes(tally.pk).hex() for tally in Tally.objects.all()]
    return visitor.post(TALLIES, {"action": "lift", "_selected_action": keys}, follow=follow)


def test_an_operator_lifts_the_lock_of_a_name_that_is_nobodys(as_role):
    lock = Lockout.objects.create(key=b"k", known_browser=False, failures=10)
    as_role("operator").post(LOCKS, {"action": "unlock", "_selected_action": [lock.pk]})
    assert not Lockout.objects.exists()
    assert told("limits.lock_lifted")
