"""Whose methods a token may set, what the trail says of it, and what is no request at all."""

import pytest

from accounts.people.models import Role, RoleGrant
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


def test_a_role_that_came_later_is_not_the_tokens(make_token, caller, administrator, make_user):
    """Nobody made the token for what its maker may do today."""
    program = caller(make_token(by=administrator).text)
    RoleGrant.objects.create(
        directory_id=administrator.directory_id, user=administrator, role=Role.OPERATOR
    )
    peer = make_user("peer", roles=(Role.DIRECTORY_ADMINISTRATOR,))
    mailbox = cast.add_mailbox(peer)
    problem(send(program, NEW, "peer@corp.example"), 403)
    problem(program.delete(f"{PEOPLE}peer@corp.example/factors/{mailbox.pk}/"), 403)
    assert factors_of(peer).count() == 1


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


def test_an_address_that_is_there_twice_is_set_once(program, ada):
    """Once as staff wrote it, once as its owner does."""
    send(program, {**NEW, "value": "ada.new@elsewhere.example"})
    mine = cast.add_mailbox(ada, "Ada.New@elsewhere.example")
    answer = send(program, {**NEW, "value": "Ada.New@elsewhere.example", "confirmed": True})
    assert (answer.status_code, answer.json()["id"]) == (200, mine.pk)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 10_000,
        b"NaN",
        b'{"value": Infinity}',
        b'"text"',
        b"[]",
        b"1" * 5000,
        b"null",
    ],
    ids=lambda body: body[:12],
)
def test_what_is_no_json_object_is_refused(program, ada, body):
    problem(program.generic("POST", FACTORS, body, "application/json"), 400)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x", ""]
)
def test_nothing_but_json_is_taken(program, ada, kind):
    problem(program.generic("POST", FACTORS, b"{}", kind), 415)


def test_nothing_but_json_is_given(program, ada):
    problem(program.get(PEOPLE, headers={"Accept": "text/html"}), 406)
    assert program.get(PEOPLE, {"format": "html"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"method": NaN}',
        "[" * 9000,
        '{"\\ud800": 1}',
        '{"method": "\\ud800", "value": "x@home.example"}',
        '{"method": "alternate_email", "value": ["\\udfff"]}',
    ],
)
def test_what_is_no_text_of_json_is_refused(program, ada, body):
    """S-C34: half of a surrogate pair is none either (RFC 8259 8.2); no answer could repeat it."""
    problem(program.generic("POST", FACTORS, body, "application/json"), 400)
