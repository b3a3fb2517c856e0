"""Telephony spending, seen in a real browser."""

import pytest
from playwright.sync_api import expect

from registration.telephony import governor
from registration.telephony.budgets import TelephonyAlarm
from tests.browser.story import arrives, enter, press
from tests.support.browser import look
from tests.telephony.spending import asked

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


def test_an_administrator_sees_what_was_spent_and_lifts_a_pause(screen, administrator, corp, allow):
    allow(per_directory=20, per_country=10)
    for number in ("+447700900123", "+447700900124", "+33612345678"):
        governor.admit(**asked(corp, number_e164=number, person_key=number))
    facts = {"hours": 1, "sent": 40, "answered": 2, "paused": True}
    TelephonyAlarm.objects.create(directory=corp, country="FR", **facts)
    enter(screen, administrator, "/admin/registration/telephonybudget/")
    arrives(screen, "Telephony spending", "admin-telephony-spending")
    press(screen, "Lift (France)")
    expect(screen.get_by_role("button", name="Lift (France)")).to_have_count(0)
    assert TelephonyAlarm.objects.filter(lifted_at=None).count() == 0
    screen.get_by_role("link", name="Change budgets and countries").click()
    look(screen, "admin-telephony-budget")
