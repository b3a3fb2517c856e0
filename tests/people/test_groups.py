import contextlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.people import groups
from accounts.people.models import Group, GroupClosure

MOVES = st.lists(
    st.tuples(st.sampled_from(["nest", "unnest"]), st.integers(0, 5), st.integers(0, 5)),
    max_size=25,
)


@pytest.fixture
def three(corp):
    return [groups.create(corp, name) for name in ("Everyone", "Sales", "Sales North")]


def rows(directory):
    found = GroupClosure.objects.in_directory(directory)
    return set(found.values_list("ancestor_id", "descendant_id"))


def test_a_new_group_is_above_itself_only(corp):
    group = groups.create(corp, "Sales")
    assert rows(corp) == {(group.pk, group.pk)}


def test_a_group_in_a_group_in_a_group_is_in_all_of_them(corp, three):
    top, middle, low = three
    groups.nest(middle, low)
    groups.nest(top, middle)
    assert (top.pk, low.pk) in rows(corp)


def test_taking_the_middle_out_takes_out_what_is_below(corp, three):
    top, middle, low = three
    groups.nest(top, middle)
    groups.nest(middle, low)
    assert groups.unnest(top, middle)
    assert rows(corp) == {(g.pk, g.pk) for g in three} | {(middle.pk, low.pk)}


def test_a_second_way_in_survives_the_loss_of_the_first(corp, three):
    top, middle, low = three
    for parent, child in ((top, middle), (middle, low), (top, low)):
        groups.nest(parent, child)
    groups.unnest(top, low)
    assert (top.pk, low.pk) in rows(corp)


def test_nesting_twice_changes_nothing(corp, three):
    assert groups.nest(three[0], three[1])
    before = rows(corp)
    assert not groups.nest(three[0], three[1])
    assert rows(corp) == before


def test_taking_out_what_is_not_in_says_so(three):
    assert not groups.unnest(three[0], three[1])


@pytest.mark.parametrize("ring", [(0,), (1, 0), (2, 1, 0)])
def test_a_ring_of_groups_is_refused(corp, three, ring):
    groups.nest(three[0], three[1])
    groups.nest(three[1], three[2])
    before = rows(corp)
    with pytest.raises(ValidationError) as refusal:
        groups.nest(three[ring[0]], three[0])
    assert refusal.value.code == "cycle"
    assert rows(corp) == before


def test_a_group_of_another_directory_is_refused(other, three):
    with pytest.raises(ValidationError) as refusal:
        groups.nest(three[0], groups.create(other, "Sales"))
    assert refusal.value.code == "directory"


def test_a_person_of_another_directory_is_refused(other, three, make_user):
    with pytest.raises(ValidationError) as refusal:
        groups.add_member(three[0], make_user("eve", directory=other))
    assert refusal.value.code == "directory"


def test_a_person_is_put_into_a_group_once(three, ada):
    assert groups.add_member(three[0], ada)
    assert not groups.add_member(three[0], ada)
    assert groups.remove_member(three[0], ada)
    assert not groups.remove_member(three[0], ada)


def test_a_rebuild_mends_a_broken_table(corp, three):
    groups.nest(three[0], three[1])
    right = rows(corp)
    GroupClosure.objects.in_directory(corp).filter(ancestor=three[0]).delete()
    GroupClosure.objects.create(directory=corp, ancestor=three[2], descendant=three[0])
    assert groups.rebuild(corp) == 3
    assert rows(corp) == right


def test_a_rebuild_leaves_other_directories_alone(corp, other, three):
    groups.create(other, "Sales")
    before = rows(other)
    groups.rebuild(corp)
    assert rows(other) == before


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_upkeep_step_by_step_and_a_rebuild_agree(corp, moves):
    Group.objects.in_directory(corp).delete()
    made = [groups.create(corp, str(number)) for number in range(6)]
    for move, parent, child in moves:
        step(move, made[parent], made[child])
    known = rows(corp)
    assert groups.rebuild(corp) == 0
    assert rows(corp) == known


def step(move, parent, child):
    with contextlib.suppress(ValidationError):
        getattr(groups, move)(parent, child)
