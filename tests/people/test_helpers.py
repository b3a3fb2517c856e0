import pytest

from accounts.people.helpers import MOST_TOLD, administrators_of, who_helps
from accounts.people.models import Directory, Role, RoleGrant, User
from tests.cast import make_user as made

ORDER = [Role.HELPDESK, Role.USER_ADMINISTRATOR, Role.DIRECTORY_ADMINISTRATOR]


def holder(directory: Directory, role: str, name: str = "", **fields) -> User:
    return made(name or role.replace("_", "-"), directory=directory, roles=(role,), **fields)


def test_the_nearest_help_is_asked_first(corp: Directory, operator: User):
    """Acceptance example 21.

    P-C59: with nobody there the list is the operators, and never everybody.
    """
    made("ada", directory=corp)
    holder(corp, Role.POLICY_ADMINISTRATOR)
    assert who_helps(corp) == [operator]
    for role in reversed(ORDER):
        nearest = holder(corp, role)
        assert who_helps(corp) == [nearest]


def test_nobody_at_all_is_an_empty_list(corp: Directory):
    """P-C59."""
    made("ada", directory=corp)
    assert (who_helps(corp), administrators_of(corp)) == ([], [])


@pytest.mark.parametrize("fields", [{"enabled": False}, {"mail": ""}])
def test_those_who_cannot_be_told_do_not_stand_in_the_way(corp: Directory, fields):
    holder(corp, Role.HELPDESK, **fields)
    behind = holder(corp, Role.DIRECTORY_ADMINISTRATOR)
    assert who_helps(corp) == [behind]
    assert administrators_of(corp) == [behind]


def test_nobody_helps_themselves_nor_another_directory(corp: Directory, other: Directory):
    holder(other, Role.HELPDESK, "elsewhere")
    alone = holder(corp, Role.HELPDESK)
    first = holder(corp, Role.DIRECTORY_ADMINISTRATOR)
    assert who_helps(corp, but=alone) == [first]
    assert administrators_of(corp, but=first) == []


def test_no_more_than_a_hundred_are_told(corp: Directory):
    agents = [holder(corp, Role.HELPDESK, f"agent-{n}") for n in range(MOST_TOLD + 1)]
    assert who_helps(corp) == agents[:MOST_TOLD]


def test_somebody_with_two_roles_is_asked_once(corp: Directory):
    operator = holder(corp, Role.OPERATOR)
    RoleGrant.objects.create(directory=corp, user=operator, role=Role.DIRECTORY_ADMINISTRATOR)
    assert who_helps(corp) == administrators_of(corp) == [operator]
