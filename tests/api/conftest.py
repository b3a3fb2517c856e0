from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.api import tokens
from accounts.api.models import Scope
from accounts.client import Client as Visitor
from accounts.people.models import Directory, User
from accounts.people.registry import Act
from tests.support import canary

EVERYTHING = tuple(Scope.values)


@pytest.fixture
def make_token(administrator: User) -> Callable[..., tokens.Issued]:
    """A token of Corp that its administrator made, with every scope unless told otherwise."""

    def make(
        *scopes: str, by: User = administrator, directory: Directory | None = None, days: int = 30
    ) -> tokens.Issued:
        home = directory or by.directory
        act = Act(Visitor.nowhere(), by)
        issued = tokens.issue(home, "payroll", scopes or EVERYTHING, days, act)
        canary.watch(issued.text)
        return issued

    return make


@pytest.fixture
def caller() -> Callable[..., Client]:
    """A program that shows this token with every request."""

    def make(text: str, **more: str) -> Client:
        return Client(headers={"Authorization": f"Bearer {text}", **more})

    return make


@pytest.fixture
def program(make_token: Any, caller: Any) -> Client:
    """A program that may do everything in Corp."""
    made: Client = caller(make_token().text)
    return made
