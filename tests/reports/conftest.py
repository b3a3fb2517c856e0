"""A reader of the reports, signed in."""

import pytest
from django.test import Client

from tests.reports.visits import enter


@pytest.fixture
def desk(client: Client, reader) -> Client:
    """The browser of somebody who reads the reports of Corp."""
    return enter(client, reader)
