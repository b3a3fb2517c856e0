"""Whose methods a token may set, and what the trail says of it."""

import pytest

from accounts.people.models import Role
from accounts.people.roles import REACH
from tests import cast
from tests.api.test_people import NEW, factors_of, send, told
from tests.api.test_tokens import FACTORS, PEOPLE, problem


@pytest.mark.parametrize("role", ["", *Role.values])
@pytest.mark.parametrize("maker", ["administrator", "operator"])
def test_a_token_reaches_whom_its_maker_reaches(
    request, make_token, caller, make_user, maker, role
):
    """The matrix of roles holds for programs, too."""
    by = request.getfixturevalue(maker)
    target = make_user("target", roles=(role,) if role else ())
    mailbox = cast.add_mailbox(target)
    program = caller(make_token(by=by).text)
    (held,) = by.roles
    reached = not role or role in REACH[held]
    assert send(program, NEW, "target@corp.example").status_code == (201 if reached else 403)
    removed = program.delete(f"{PEOPLE}target@corp.example/factors/{mailbox.pk}/")
    assert removed.status_code == (204 if reached else 403)
    assert factors_of(target).filter(pk=mailbox.pk).exists() is not reached
    assert program.get(f"{PEOPLE}target@corp.example/").status_code == 200


def test_nobody_sets_their_own_with_their_token(program, administrator):
    problem(send(program, NEW, administrator.user_principal_name), 403)


def test_a_change_is_told_with_who_and_by_which_token(program, ada, administrator):
    send(program, NEW)
    (change,), (call,) = told("registration.factor_set_by_staff"), told("api.called")
    assert change["facts"] == {"method": "alternate_email", "confirmed": False}
    assert call["facts"] == {"token": "payroll", "operation": "POST factors"}
    for event in (change, call):
        assert (event["actor"], event["subject"]) == (administrator.pk, ada.pk)
    assert change["request"] == call["request"] != ""
    program.delete(f"{FACTORS}{factors_of(ada).last().pk}/")
    assert told("registration.factor_removed")[0]["actor"] == administrator.pk
