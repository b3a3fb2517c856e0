"""Telephony spending in the configuration portal: who sees it, who changes it, what it shows."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory
from registration.telephony import governor
from registration.telephony.budgets import TelephonyAlarm, TelephonyBudget, budget_of
from tests.admin.forms import errors_on, fill
from tests.reports.visits import enter
from tests.telephony.spending import asked

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:registration_telephonybudget_changelist")
PARIS = "+33612345678"


def change(directory: Directory) -> str:
    return reverse("admin:registration_telephonybudget_change", args=[directory.pk])


def lift(alarm: TelephonyAlarm) -> str:
    return reverse("admin:registration_telephonybudget_lift", args=[alarm.pk])


@pytest.fixture
def visitor(make_user) -> Callable[[str], Client]:
    def visit(role: str) -> Client:
        return enter(Client(), make_user(f"the-{role.replace('_', '-')}", roles=(role,)))

    return visit


@pytest.fixture
def alarm(corp):
    facts = {"hours": 1, "sent": 40, "answered": 2, "paused": True}
    return TelephonyAlarm.objects.create(directory=corp, country="FR", **facts)


def last(kind: str) -> str:
    return bytes(AuditRecord.objects.filter(kind=kind).latest("pk").body).decode()


def test_the_page_shows_what_was_sent_and_what_is_left(visitor, allow, admit, corp):
    allow(per_directory=100, per_country=50, call_cost=3)
    admit()
    admit(number_e164=PARIS, kind="call")
    admit(number_e164="beef", person_key="f00d", real=False)
    governor.answered(directory=corp, country="GB", kind="text", sent_at=timezone.now())
    [day] = visitor("directory_administrator").get(PAGE).context["days"]
    sums = [
        (line.country, line.kind, line.sent, line.answered, line.for_nobody) for line in day.lines
    ]
    assert sums == [("France", "call", 1, 0, 0), ("United Kingdom", "text message", 1, 1, 1)]
    used = [(use.label, use.spent, use.of, use.percent) for use in day.uses]
    assert used == [("The whole directory", 5, 100, 5), ("France", 3, 50, 6)]
    assert day.allowed == "every country"


def test_the_page_holds_no_number(visitor, allow, admit):
    allow()
    admit()
    page = visitor("directory_administrator").get(PAGE).content.decode()
    assert "United Kingdom" in page
    assert "7700" not in page


@pytest.mark.parametrize("role", ["policy_administrator", "user_administrator"])
def test_others_read_and_change_nothing(visitor, corp, alarm, role: str):
    client = visitor(role)
    page = client.get(PAGE)
    assert b"France" in page.content
    assert lift(alarm).encode() not in page.content
    assert change(corp).encode() not in page.content
    assert client.post(change(corp), {"per_person": "9000"}).status_code == 403
    assert client.post(lift(alarm)).status_code == 403
    alarm.refresh_from_db()
    assert alarm.lifted_at is None
    assert budget_of(corp).per_person == 15


def test_an_administrator_changes_budgets_and_that_is_told(visitor, corp):
    client = visitor("directory_administrator")
    fill(client, change(corp), per_person="20", countries=["GB", "IE"])
    budget = budget_of(corp)
    assert (budget.per_person, budget.countries, budget.per_number) == (20, ["GB", "IE"], 15)
    assert "per_person: 15 -> 20" in last("telephony.budget_changed")
    fill(client, change(corp), countries=["*", "GB"])
    assert budget_of(corp).countries == ["*"]
    fill(client, change(corp))
    assert AuditRecord.objects.filter(kind="telephony.budget_changed").count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("per_person", "-1"),
        ("per_directory", "1000001"),
        ("per_country", "many"),
        ("call_cost", "0"),
        ("alarm_percent", "96"),
        ("alarm_volume", "4"),
        ("countries", "UK"),
    ],
)
def test_what_no_budget_can_be_is_refused(visitor, corp, field: str, value: str):
    answer = fill(visitor("directory_administrator"), change(corp), **{field: value})
    assert field in errors_on(answer)
    assert not TelephonyBudget.objects.in_directory(corp).exists()


def test_a_pause_is_lifted_by_a_click_and_not_by_a_link(visitor, corp, alarm):
    client = visitor("directory_administrator")
    client.get(lift(alarm))
    assert TelephonyAlarm.objects.get().lifted_at is None
    answer = client.post(lift(alarm), follow=True)
    assert b"The alarm about France is lifted." in answer.content
    assert "FR" in last("telephony.alarm_lifted")
    assert governor.consult(**asked(corp, number_e164=PARIS)).which is not governor.Which.PAUSED


def test_another_directory_is_not_there(visitor, corp, other):
    client = visitor("directory_administrator")
    facts = {"hours": 1, "sent": 40, "answered": 2, "paused": True}
    foreign = TelephonyAlarm.objects.create(directory=other, country="FR", **facts)
    assert [day.directory for day in client.get(PAGE).context["days"]] == [corp]
    assert client.post(lift(foreign)).status_code == 404
    assert client.get(change(other)).status_code == 404
    assert client.post(change(other), {"per_person": "9000"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.lifted_at is None


def test_an_operator_sees_and_lifts_everywhere(visitor, corp, other):
    client = visitor("operator")
    facts = {"hours": 1, "sent": 40, "answered": 2, "paused": True}
    foreign = TelephonyAlarm.objects.create(directory=other, country="FR", **facts)
    assert [day.directory for day in client.get(PAGE).context["days"]] == [corp, other]
    client.post(lift(foreign))
    foreign.refresh_from_db()
    assert foreign.lifted_at is not None
    fill(client, change(other), per_person="3")
    assert budget_of(other).per_person == 3
