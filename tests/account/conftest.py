import pytest
from django.test import Client

from tests.admin.conftest import as_role
from tests.reports.visits import enter

__all__ = ["as_role"]


@pytest.fixture
def bens(ben):
    """A browser in which Ben is signed in."""
    return enter(Client(), ben, second_factor=False)
