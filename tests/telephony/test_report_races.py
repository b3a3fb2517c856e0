"""Reports that arrive at one moment."""

import pytest

from registration.telephony import reports, services
from registration.telephony.backends.base import Report
from registration.telephony.models import Status
from tests.registration.conftest import kinds
from tests.support.threads import AT_ONCE, together
from tests.telephony.conftest import NUMBER, by_twilio

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_fifty_reports_at_once_one_tells_something_new(settings, company, challenge):
    """S-C40: repeated reports are one."""
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    message = services.send_text(NUMBER, "x", directory=challenge.directory_id)

    def tell(number):
        word = Status.DELIVERED if number % 2 else Status.FAILED
        return reports.note(message.pk, message.sid, Report(word, "30003"))

    assert sum(together(tell)) == 1 < AT_ONCE
    assert len(kinds("registration.message_")) == 1
