from collections.abc import Callable

import pytest
from django.test import Client

from accounts.people.models import Directory, User
from tests.reports.visits import enter


@pytest.fixture
def as_role(corp, make_user) -> Callable[..., Client]:
    """A browser in which somebody with this role is signed in, second factor and all."""

    def visit(role: str, directory: Directory = corp) -> Client:
        return enter(Client(), staff(role, directory))

    def staff(role: str, directory: Directory) -> User:
        name = f"staff-{role.replace('_', '-')}"
        made: User = make_user(name, directory=directory, roles=(role,) if role else ())
        return made

    return visit
