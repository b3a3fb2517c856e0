"""Groups decide which policy holds somebody, so they are under the matrix of roles as well."""

import pytest
from django.urls import reverse

from accounts.people import groups
from accounts.people.models import Membership
from tests.admin.forms import errors_on, fill
from tests.cast import make_user


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


@pytest.fixture
def lenient(corp):
    return groups.create(corp, "Lenient")


def page(group):
    return reverse("admin:accounts_group_change", args=[group.pk])


def members(group):
    rows = Membership.objects.in_directory(group.directory_id).filter(group=group)
    return {row.user.user_principal_name for row in rows.select_related("user")}


@pytest.mark.parametrize("role", ["user_administrator", "directory_administrator", "operator"])
@pytest.mark.parametrize("field", ["people_to_add", "people_to_remove"])
def test_nobody_moves_an_equal_or_a_superior_into_or_out_of_a_group(
    visitor, corp, lenient, role, field
):
    """S-C15: a list of user IDs is no way around the matrix of roles."""
    chief = make_user("chief", directory=corp, roles=(role,))
    if field == "people_to_remove":
        groups.add_member(lenient, chief)
    before = members(lenient)
    answer = fill(visitor, page(lenient), **{field: "chief@corp.example"})
    assert "chief@corp.example" in errors_on(answer)
    assert members(lenient) == before


def test_nobody_moves_themselves(visitor, lenient):
    own = "staff-user-administrator@corp.example"
    answer = fill(visitor, page(lenient), people_to_add=own)
    assert own in errors_on(answer)
    assert not members(lenient)


def test_people_of_less_power_are_moved(visitor, corp, lenient):
    make_user("agent", directory=corp, roles=("helpdesk",))
    fill(visitor, page(lenient), people_to_add="agent@corp.example")
    assert members(lenient) == {"agent@corp.example"}


@pytest.mark.parametrize("already", [False, True], ids=["nested", "taken out"])
def test_nesting_is_no_way_around_the_matrix_either(visitor, corp, lenient, already):
    """S-C15: groups within groups choose policies, too."""
    chief = make_user("chief", directory=corp, roles=("operator",))
    board, inner = groups.create(corp, "Board"), groups.create(corp, "Inner")
    groups.add_member(inner, chief)
    groups.nest(board, inner)
    if already:
        groups.nest(lenient, board)
    answer = fill(visitor, page(lenient), contains=[] if already else [str(board.pk)])
    assert "chief@corp.example" in errors_on(answer)


def test_a_group_with_a_superior_in_it_cannot_be_deleted(visitor, corp, lenient):
    groups.add_member(lenient, make_user("chief", directory=corp, roles=("operator",)))
    address = reverse("admin:accounts_group_delete", args=[lenient.pk])
    assert visitor.post(address, {"post": "yes"}).status_code == 403
    assert members(lenient) == {"chief@corp.example"}
