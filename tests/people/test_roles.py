import itertools

import pytest

from accounts.people import roles
from accounts.people.models import Role, User
from accounts.people.roles import Action, Capability

POWER: dict[str, int] = {
    Role.OPERATOR: 3,
    Role.DIRECTORY_ADMINISTRATOR: 2,
    Role.USER_ADMINISTRATOR: 1,
    Role.HELPDESK: 0,
}
WORTH: dict[str, int] = {
    Role.OPERATOR: 3,
    Role.DIRECTORY_ADMINISTRATOR: 2,
    Role.POLICY_ADMINISTRATOR: 1,
    Role.USER_ADMINISTRATOR: 1,
    Role.HELPDESK: 0,
    Role.REPORTS_READER: 0,
    Role.AUDITOR: 0,
}
POWERFUL = [Action.RESET, Action.UNLOCK, Action.EDIT_CONTACTS, Action.LIFT_BLOCK]
EVERY_ROLE = [*Role.values, ""]


def person(pk, *held, directory=1, enabled=True) -> User:
    """A person in memory: the matrix looks at nothing but roles, directory and identity."""
    user = User(pk=pk, directory_id=directory, enabled=enabled)
    user.__dict__["_roles"] = frozenset(role for role in held if role)
    return user


@pytest.mark.parametrize("action", POWERFUL)
def test_staff_act_only_on_people_of_less_power(action):
    for actor, target in itertools.product(EVERY_ROLE, EVERY_ROLE):
        expected = actor in POWER and WORTH.get(target, -1) < POWER[actor]
        allowed = roles.may(person(1, actor), action, person(2, target))
        assert allowed is expected, (actor, target)


@pytest.mark.parametrize("action", [action for action in Action if action != Action.VIEW])
def test_nobody_acts_on_themselves_or_an_equal(action):
    """Acceptance example 20, and what else staff may do to people."""
    for role in Role.values:
        assert not roles.may(person(1, role), action, person(1)), role
        assert not roles.may(person(1, role), action, person(2, role)), role


def test_the_strongest_role_of_a_target_counts():
    target = person(2, Role.HELPDESK, Role.DIRECTORY_ADMINISTRATOR)
    assert not roles.may(person(1, Role.USER_ADMINISTRATOR), Action.RESET, target)


def test_two_weak_roles_do_not_add_up():
    actor = person(1, Role.HELPDESK, Role.AUDITOR, Role.POLICY_ADMINISTRATOR)
    assert not roles.may(actor, Action.RESET, person(2, Role.AUDITOR))
    assert not roles.may(actor, Action.GRANT_ROLE, person(2))


@pytest.mark.parametrize("action", list(Action))
def test_nobody_but_an_operator_acts_in_another_directory(action):
    for role in set(Role.values) - {Role.OPERATOR}:
        assert not roles.may(person(1, role), action, person(2, directory=2)), role


def test_an_operator_acts_in_every_directory():
    assert roles.may(person(1, Role.OPERATOR), Action.RESET, person(2, directory=2))


@pytest.mark.parametrize("action", list(Action))
def test_a_disabled_administrator_can_do_nothing(action):
    assert not roles.may(person(1, Role.OPERATOR, enabled=False), action, person(2))


@pytest.mark.parametrize("action", [Action.EDIT, Action.DISABLE, Action.GRANT_ROLE])
def test_the_helpdesk_does_not_keep_accounts(action):
    assert not roles.may(person(1, Role.HELPDESK), action, person(2))


@pytest.mark.parametrize("actor", EVERY_ROLE)
def test_only_directory_administrators_and_operators_grant_and_only_below(actor):
    strong = POWER.get(actor, 0)
    for role in Role.values:
        expected = strong >= 2 and (actor == Role.OPERATOR or WORTH[role] < strong)
        assert roles.may_grant(person(1, actor), role, person(2)) is expected, role


@pytest.mark.parametrize("actor", EVERY_ROLE)
def test_nobody_takes_a_role_from_an_operator(actor):
    target = person(2, Role.OPERATOR, Role.HELPDESK)
    assert not any(roles.may_revoke(person(1, actor), role, target) for role in Role.values)


def test_a_role_nobody_holds_cannot_be_taken_away():
    assert not roles.may_revoke(person(1, Role.OPERATOR), Role.HELPDESK, person(2))


@pytest.mark.parametrize("role", Role.values)
def test_nobody_grants_themselves_a_role(role):
    actor = person(1, role)
    assert not any(roles.may_grant(actor, given, actor) for given in Role.values)


@pytest.mark.parametrize("capability", list(Capability))
def test_a_page_opens_for_its_holders_and_for_nobody_else(capability):
    open_to = {role for role in EVERY_ROLE if roles.has(person(1, role), capability)}
    assert open_to == set(roles.HOLDERS[capability])


@pytest.mark.parametrize("capability", list(Capability))
def test_no_page_opens_for_a_disabled_account(capability):
    assert not roles.has(person(1, Role.OPERATOR, enabled=False), capability)


def test_everything_the_matrix_names_has_a_label():
    assert set(roles.ACTION_LABELS) == set(Action)
    assert set(roles.CAPABILITY_LABELS) == set(Capability) == set(roles.HOLDERS)
