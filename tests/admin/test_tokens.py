"""Tokens of the API, made and revoked in the configuration portal."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.api import tokens
from accounts.api.models import ApiToken
from accounts.audit.models import AuditRecord
from accounts.client import Client as Visitor
from accounts.people.registry import Act
from tests.admin.forms import errors_on, fields_of, fill
from tests.support import canary

ADD = reverse("admin:accounts_apitoken_add")
LIST = reverse("admin:accounts_apitoken_changelist")
GIVEN = {"name": "Payroll", "scopes": ["people:read"], "days": "30"}


@pytest.fixture
def visitor(as_role):
    return as_role("directory_administrator")


def text_on(page):
    (text,) = re.findall(r">(sspr_[\w-]{43})<", page.content.decode())
    return canary.watch(text)


def test_a_token_is_made_and_shown_once(visitor, corp, no_secret_kept):
    page = fill(visitor, ADD, **GIVEN)
    text = text_on(page)
    assert page["Cache-Control"].find("no-store") >= 0
    token = ApiToken.objects.in_directory(corp).get()
    assert (token.scopes, token.role) == (["people:read"], "directory_administrator")
    assert token.expires_at - token.created_at == timedelta(days=30)
    answer = Client().get("/api/v1/people/", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 200
    assert text not in visitor.get(LIST).content.decode()
    record = AuditRecord.objects.get(kind="api.token_created")
    assert text.encode() not in bytes(record.body)


def test_an_operator_says_for_which_directory(as_role, corp, other):
    visitor = as_role("operator")
    assert "This field is required" in errors_on(fill(visitor, ADD, **GIVEN))
    text_on(fill(visitor, ADD, **GIVEN, directory=str(other.pk)))
    assert ApiToken.objects.in_directory(other).get().role == "operator"


def test_nobody_else_makes_one_for_another_directory(visitor, corp, other):
    assert "directory" not in fields_of(visitor, ADD)
    text_on(fill(visitor, ADD, **GIVEN, directory=str(other.pk)))
    assert not ApiToken.objects.in_directory(other).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"days": "0"},
        {"days": "366"},
        {"days": "soon"},
        {"days": ""},
    ],
)
def test_a_token_that_cannot_be_is_refused(visitor, corp, wrong):
    assert errors_on(fill(visitor, ADD, **{**GIVEN, **wrong}))
    assert not ApiToken.objects.in_directory(corp).exists()


def test_to_make_one_the_password_is_asked_for_again(visitor, corp):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for answer in (visitor.get(ADD), visitor.post(ADD, GIVEN)):
            assert answer["Location"].startswith(reverse("signin:again"))
    assert not ApiToken.objects.in_directory(corp).exists()


def test_a_token_is_revoked(visitor, corp, administrator):
    issued = tokens.issue(corp, "old", ["people:read"], 9, Act(Visitor.nowhere(), administrator))
    chosen = {"action": "revoke", "_selected_action": [issued.token.pk]}
    page = visitor.post(LIST, chosen, follow=True).content.decode()
    assert "1 revoked." in page
    assert "revoked</td>" in page
    assert ApiToken.objects.in_directory(corp).get().revoked_at
    assert AuditRecord.objects.filter(kind="api.token_revoked").count() == 1


def test_a_token_of_another_directory_is_neither_seen_nor_revoked(visitor, other, operator):
    tokens.issue(other, "Elsewhere", ["people:read"], 9, Act(Visitor.nowhere(), operator))
    assert "Elsewhere" not in visitor.get(LIST).content.decode()
    found = ApiToken.objects.in_directory(other).get()
    visitor.post(LIST, {"action": "revoke", "_selected_action": [found.pk]})
    assert not ApiToken.objects.in_directory(other).get().revoked_at


def test_nothing_about_a_token_is_changed(visitor, corp, administrator):
    issued = tokens.issue(corp, "old", ["people:read"], 9, Act(Visitor.nowhere(), administrator))
    for page in ("change", "delete"):
        address = reverse(f"admin:accounts_apitoken_{page}", args=[issued.token.pk])
        assert visitor.get(address).status_code in {403, 404}
