"""Who is let in, and who is not."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.api import authentication, tokens
from accounts.api.models import ApiToken, Scope
from accounts.api.parsers import LONGEST_BODY
from accounts.audit.models import AuditRecord
from accounts.client import Client as Visitor
from accounts.limits.services import Limit
from accounts.people.models import RoleGrant
from accounts.people.registry import Act
from registration import coverage
from tests.support import canary

PEOPLE = "/api/v1/people/"
ADA = f"{PEOPLE}ada@corp.example/"
FACTORS = f"{ADA}factors/"
OPERATIONS = [
    ("get", PEOPLE, Scope.PEOPLE_READ),
    ("get", ADA, Scope.PEOPLE_READ),
    ("get", FACTORS, Scope.PEOPLE_READ),
    ("get", f"{ADA}coverage/", Scope.PEOPLE_READ),
    ("post", FACTORS, Scope.FACTORS_WRITE),
    ("delete", f"{FACTORS}1/", Scope.FACTORS_WRITE),
]


def problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    content = answer.json()
    assert content["status"] == status
    assert content["detail"]
    return content


def told(kind):
    return [json.loads(bytes(row.body)) for row in AuditRecord.objects.filter(kind=kind)]


def act(user):
    return Act(Visitor.nowhere(), user)


@pytest.mark.parametrize(("method", "address", "scope"), OPERATIONS)
def test_every_operation_needs_a_token_with_its_scope(
    make_token, caller, ada, method, address, scope
):
    without = problem(getattr(Client(), method)(address), 401)
    assert "scope" not in without["detail"]
    others = [other for other in Scope.values if other != scope]
    lacking = problem(getattr(caller(make_token(*others).text), method)(address), 403)
    assert scope in lacking["detail"]
    answer = getattr(caller(make_token(scope).text), method)(address)
    assert answer.status_code not in {401, 403}


def test_a_token_is_kept_as_a_keyed_hash_only(make_token, no_secret_kept):
    """S-C07, S-C28: neither a row nor a log nor the trail has it."""
    issued = make_token()
    assert re.fullmatch(r"sspr_[A-Za-z0-9_-]{43}", issued.text)
    row = ApiToken.objects.get()
    assert len(bytes(row.key_hash)) == 32
    assert issued.text.encode() not in bytes(row.key_hash)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer sspr_",
        "Bearer sspr_" + "A" * 43,
        "Bearer sspr_" + "A" * 4000,
        "Bearer \u202esspr",
        "Token {text}",
        "Basic {text}",
        "Bearer {text}A",
        "Bearer {changed}",
        "Bearer {text} {text}",
    ],
)
def test_what_is_no_token_opens_nothing(make_token, ada, header):
    text = make_token().text
    changed = text[:-1] + ("A" if text[-1] != "A" else "B")
    given = header.format(text=text, changed=canary.watch(changed))
    answer = Client().get(PEOPLE, headers={"Authorization": given} if given else {})
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_token_is_taken_from_the_header_only(make_token, ada):
    text = make_token().text
    client = Client()
    client.cookies["token"] = text
    assert client.get(PEOPLE, headers={"X-Api-Key": "none"}).status_code == 401
    client.cookies.clear()


def test_a_token_ends_on_its_day(make_token, caller, ada):
    """P-C08"""
    issued = make_token(days=2)
    program = caller(issued.text)
    with time_machine.travel(timezone.now() + timedelta(days=2, seconds=-30)):
        assert program.get(PEOPLE).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=2, seconds=30)):
        assert "ended" in problem(program.get(PEOPLE), 401)["detail"]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_no_token_lasts_longer_than_a_year(make_token, days):
    with pytest.raises(ValueError, match="1 to 365"):
        make_token(days=days)


def test_a_revoked_token_opens_nothing_from_then_on(make_token, caller, ada, administrator):
    issued = make_token()
    program = caller(issued.text)
    assert program.get(PEOPLE).status_code == 200
    assert tokens.revoke(issued.token, act(administrator))
    assert not tokens.revoke(issued.token, act(administrator))
    assert "revoked" in problem(program.get(PEOPLE), 401)["detail"]
    assert len(told("api.token_revoked")) == 1


@pytest.mark.parametrize("loss", ["disabled", "role"])
def test_a_token_dies_with_the_power_of_its_maker(make_token, caller, ada, administrator, loss):
    """P-C08"""
    program = caller(make_token().text)
    if loss == "disabled":
        administrator.enabled = False
        administrator.save()
    else:
        RoleGrant.objects.in_directory(administrator.directory).filter(user=administrator).update(
            role="user_administrator"
        )
    problem(program.get(PEOPLE), 401)
    (event,) = told("api.token_refused")
    assert event["facts"]["token"] == "payroll"


@pytest.mark.parametrize("role", ["helpdesk", "user_administrator", "policy_administrator", ""])
def test_only_administrators_of_a_directory_make_tokens(make_token, make_user, role):
    maker = make_user("maker", roles=(role,) if role else ())
    with pytest.raises(PermissionError):
        make_token(by=maker)


def test_an_administrator_makes_none_for_another_directory(make_token, other, operator):
    with pytest.raises(PermissionError):
        make_token(directory=other)
    assert make_token(by=operator, directory=other).token.directory_id == other.pk


def test_a_token_of_one_directory_sees_nothing_of_another(
    make_token, caller, ada, other, make_user, operator
):
    """I10; an operator's token, too, is of one directory."""
    eve = make_user("eve", directory=other)
    for issued in (make_token(), make_token(by=operator)):
        program = caller(issued.text)
        assert "eve" not in program.get(PEOPLE, {"limit": 200}).content.decode()
        address = f"{PEOPLE}{eve.user_principal_name}/"
        nobody = program.get(f"{PEOPLE}nobody@other.example/")
        for inner in ("", "factors/", "coverage/"):
            assert problem(program.get(address + inner), 404) == nobody.json()
        new = {"method": "alternate_email", "value": "x@home.example"}
        answer = program.post(f"{address}factors/", new, content_type="application/json")
        problem(answer, 404)
    there = caller(make_token(by=operator, directory=other).text)
    assert there.get(f"{PEOPLE}eve@other.example/").status_code == 200
    problem(there.get(ADA), 404)


def test_refused_tokens_are_written_down_and_run_out(corp, ada, make_token, caller):
    """Further ones are neither written nor answered; whoever has a token is not held up."""
    guess = {"Authorization": "Bearer sspr_" + "B" * 43}
    for _turn in range(authentication.REFUSALS.times):
        problem(Client().get(PEOPLE, headers=guess), 401)
    answer = Client().get(PEOPLE, headers=guess)
    problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 600
    assert len(told("api.token_refused")) == authentication.REFUSALS.times
    assert caller(make_token().text).get(PEOPLE).status_code == 200


@pytest.mark.parametrize(("limit", "times"), [("BY_TOKEN", 3), ("BY_NETWORK", 3)])
def test_calls_run_out_and_come_back(make_token, caller, ada, monkeypatch, limit, times):
    changed = Limit("calls in this test", times, timedelta(0, 60), timedelta(0, 60))
    monkeypatch.setattr(authentication, limit, changed)
    program = caller(make_token().text)
    assert [program.get(PEOPLE).status_code for _turn in range(4)] == [200, 200, 200, 429]
    assert 0 < int(program.get(PEOPLE)["Retry-After"]) <= 60
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert program.get(PEOPLE).status_code == 200


def test_when_a_token_was_used_is_kept_to_the_hour(make_token, caller, ada):
    issued = make_token()
    caller(issued.text).get(PEOPLE)
    used = ApiToken.objects.get(pk=issued.token.pk).last_used_at
    assert used == timezone.now().replace(minute=0, second=0, microsecond=0)


def test_a_body_is_bounded(program, ada):
    """S-C34"""
    filled = json.dumps({"method": "alternate_email", "value": "x"})
    fits = filled + " " * (LONGEST_BODY - len(filled))
    problem(program.generic("POST", FACTORS, fits, "application/json"), 400)
    problem(program.generic("POST", FACTORS, fits + " ", "application/json"), 413)


def test_an_answer_lets_no_page_of_another_site_in(program, ada):
    answer = program.get(PEOPLE, headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies


def test_what_is_not_there_is_told_as_a_problem(program, corp):
    assert "reference" in problem(program.get("/api/v1/nothing/"), 404)
    problem(Client().get("/api/"), 404)


def test_a_fault_of_ours_is_told_as_a_problem(program, ada, monkeypatch):
    """A database that is away is worth another try; a mistake is not."""
    program.raise_request_exception = False
    for fault, status in ((OperationalError("away"), 503), (KeyError("value"), 500)):

        def fail(user, fault=fault):
            raise fault

        monkeypatch.setattr(coverage, "of", fail)
        answer = program.get(f"{ADA}coverage/")
        assert problem(answer, status)["reference"]
        assert ("Retry-After" in answer) is (status == 503)


@pytest.mark.parametrize("method", ["put", "patch", "options", "trace"])
def test_no_other_way_of_asking_is_known(program, ada, method):
    problem(getattr(program, method)(FACTORS), 405)
