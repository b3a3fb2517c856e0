"""What every journey needs: a directory that is set up, and the post."""

import pytest

from accounts.policy.models import Policy


@pytest.fixture(autouse=True)
def _set_up(corp, postbox):
    """A directory with a helpdesk that answers."""
    corp.helpdesk_phone, corp.helpdesk_hours = "+44 20 7946 0100", "weekdays 8 to 18"
    corp.save()


@pytest.fixture
def screen(new_page):
    """A page with JavaScript; ``page`` is one with, then one without."""
    return new_page()


@pytest.fixture
def two_checks(corp):
    Policy.objects.in_directory(corp).update(methods_required=2)
