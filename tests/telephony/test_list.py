"""What administrators see of messages to telephones."""

from decimal import Decimal

import pytest
from django.urls import reverse

from registration.telephony import reports, services
from registration.telephony.backends.base import Report
from registration.telephony.models import Status
from tests.reports.visits import enter
from tests.telephony.conftest import NUMBER, by_twilio

pytestmark = pytest.mark.django_db
LIST = reverse("admin:registration_message_changelist")


@pytest.fixture
def sent(settings, company, corp, other):
    """One message of Corp, with its price; one of somebody else."""
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]
    services.send_text("+447700900123", "x", directory=other.pk)
    message = services.send_text(NUMBER, "x", directory=corp.pk)
    reports.note(
        message.pk,
        message.sid,
        Report(Status.FAILED, "30005", price=Decimal("0.0075"), currency="USD"),
    )


def test_what_became_of_messages_is_listed_with_its_price_and_no_number(
    sent, client, administrator
):
    page = enter(client, administrator).get(LIST).content.decode()
    for word in ("twilio", "failed", "30005", "0.00750", "USD", "+1"):
        assert word in page
    assert NUMBER[-7:] not in page
    assert "+44" not in page


def test_nobody_changes_or_deletes_them_there(sent, client, administrator):
    browser = enter(client, administrator)
    assert browser.get(reverse("admin:registration_message_add")).status_code == 403
    assert "delete_selected" not in browser.get(LIST).content.decode()
