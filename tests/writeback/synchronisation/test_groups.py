"""Groups as a directory server has them."""

from accounts.people import groups
from accounts.people.models import Group, GroupClosure
from tests.writeback.synchronisation.looking import ON_SLAPD, members


def test_groups_and_who_is_in_them_are_taken_over(unit, sync, corp):
    ada, ben = unit.person("ada"), unit.person("ben", displayName="Ben")
    inner = unit.group("inner", ada)
    outer = unit.group("outer", inner, ben)
    sync()
    inner_name, outer_name = f"inner.{unit.mark}", f"outer.{unit.mark}"
    assert len(members(corp, inner_name)) == 1
    assert len(members(corp, outer_name)) == 1
    pairs = GroupClosure.objects.in_directory(corp).filter(ancestor__name=outer_name)
    assert set(pairs.values_list("descendant__name", flat=True)) == {inner_name, outer_name}
    unit.put_into(inner, ben)
    unit.take_out(outer, inner)
    sync()
    assert len(members(corp, inner_name)) == 2
    pairs = GroupClosure.objects.in_directory(corp).filter(ancestor__name=outer_name)
    assert set(pairs.values_list("descendant__name", flat=True)) == {outer_name}


@ON_SLAPD
def test_a_ring_of_groups_is_left_open(unit, sync, corp):
    ada = unit.person("ada")
    one = unit.group("one", ada)
    two = unit.group("two", one)
    unit.put_into(one, two)
    sync()
    nested = GroupClosure.objects.in_directory(corp).filter(ancestor__name__contains=unit.mark)
    assert nested.count() == 3


@ON_SLAPD
def test_a_group_made_here_is_filled_and_keeps_its_own_members(unit, sync, corp, make_user):
    mine = groups.create(corp, f"staff.{unit.mark}")
    kept = make_user("kept")
    groups.add_member(mine, kept)
    unit.group("staff", unit.person("ada"))
    sync()
    assert Group.objects.in_directory(corp).get(name=mine.name).anchor
    assert len(members(corp, mine.name)) == 2
    sync(whole=True)
    assert kept.display_name in members(corp, mine.name)


def test_a_group_that_is_gone_is_emptied_and_stays(unit, sync, corp):
    """A policy whose only group was deleted would be everybody's."""
    group = unit.group("staff", unit.person("ada"))
    sync()
    unit.delete(group)
    sync()
    assert members(corp, f"staff.{unit.mark}") == set()
    assert Group.objects.in_directory(corp).filter(name=f"staff.{unit.mark}").exists()
