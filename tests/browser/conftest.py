"""What every journey needs: a directory that is set up, and the post."""

import pytest

from accounts.policy.models import Policy
from tests.browser import story
from tests.browser.story import MAIL, arrives


@pytest.fixture(autouse=True)
def _set_up(corp, postbox):
    """A directory with a helpdesk that answers."""
    corp.helpdesk_phone, corp.helpdesk_hours = "+44 20 7946 0100", "weekdays 8 to 18"
    corp.save()


@pytest.fixture
def two_checks(corp):
    Policy.objects.in_directory(corp).update(methods_required=2)


@pytest.fixture
def asked(page, ada, postbox):
    """Ada is asked for the code that was mailed to her."""
    story.begin(page, "ada")
    story.choose(page, MAIL)
    arrives(page, "Enter the code")
    return page


@pytest.fixture
def proved(page, ada, postbox):
    """Ada chooses a new password."""
    story.begin(page, "ada")
    story.prove_by_mail(page, postbox, "ada")
    arrives(page, "Choose a new password")
    return page
