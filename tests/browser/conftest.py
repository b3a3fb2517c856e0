"""What every journey needs: a directory that is set up, and the post."""

import pytest
from django.test import Client

from accounts.policy.models import Policy
from tests.browser import story
from tests.browser.story import arrives
from tests.journeys import ResetJourney
from tests.support import canary


@pytest.fixture(autouse=True)
def _set_up(corp, postbox):
    """A directory with a helpdesk that answers."""
    corp.helpdesk_phone, corp.helpdesk_hours = "+44 20 7946 0100", "weekdays 8 to 18"
    corp.save()


@pytest.fixture
def two_checks(corp):
    Policy.objects.in_directory(corp).update(methods_required=2)


@pytest.fixture
def way_in(ada, postbox):
    """Ada's way to the code, walked without a browser: test_reset walks it in one."""
    return ResetJourney(Client()).start("ada@corp.example").choose()


@pytest.fixture
def asked(page, way_in):
    """Ada is asked for the code that was mailed to her."""
    story.go_on(page, way_in.client, "/reset/code/")
    arrives(page, "Enter the code")
    return page


@pytest.fixture
def proved(page, way_in, postbox):
    """Ada chooses a new password."""
    way_in.answer(canary.watch(story.mailed(postbox, "ada@home.example")))
    story.go_on(page, way_in.client, "/reset/password/")
    arrives(page, "Choose a new password")
    return page
